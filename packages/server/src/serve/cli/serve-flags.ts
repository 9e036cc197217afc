import { parseArgs } from 'node:util'
import { messageOf, TscalerError } from '../../model/problem.ts'
import { nearest } from '../../wire/nearest.ts'
import { type ServeFlags, type ServeRole, serveRoles } from './io.ts'

/** The options of `tscaler serve`: read here, so that a server's start loads nothing else of the command line. */
export const serveOptions = [
  {
    name: 'role',
    value: 'role',
    help: `what this process does: ${serveRoles.join(', ')}, or several with commas (default: all)`,
  },
  { name: 'data', value: 'dir', help: 'the data folder (default: TSCALER_DATA, else ./data)' },
  { name: 'port', value: 'n', help: 'the port to listen on; 0: a free one (default: TSCALER_PORT, else 8480)' },
  { name: 'host', value: 'h', help: 'the address to listen on (default: TSCALER_HOST, else 127.0.0.1)' },
  { name: 'rehearsal', value: null, help: 'add the rehearsal fleet: pretend machines that speak the real protocols' },
] as const

/** The flags behind `serve`; throws `wrong-usage`. */
export function readServeFlags(args: readonly string[]): ServeFlags {
  const { role, data, port, host, rehearsal } = read(args)
  return {
    roles: readRoles(role),
    ...(data === undefined ? {} : { dataFolder: data }),
    ...(port === undefined ? {} : { port }),
    ...(host === undefined ? {} : { host }),
    rehearsal,
  }
}

const option = { type: 'string' } as const

function read(args: readonly string[]) {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        role: option,
        data: option,
        port: option,
        host: option,
        rehearsal: { type: 'boolean', default: false },
      },
    })
    return values
  } catch (thrown) {
    throw new TscalerError('wrong-usage', `${usage(thrown, args)} \`tscaler serve --help\` shows what it takes.`)
  }
}

function usage(thrown: unknown, args: readonly string[]): string {
  const names: string[] = serveOptions.map(({ name }) => `--${name}`)
  const unknown = args.find((arg) => arg.startsWith('-') && !names.includes(arg.split('=')[0] ?? ''))
  if (unknown === undefined) return `${messageOf(thrown).split('. ')[0]}.`
  const near = nearest(unknown.split('=')[0] ?? '', names)
  return `"${unknown}" is no option of serve. ${near === undefined ? `There are ${names.join(', ')}.` : `Did you mean ${near}?`}`
}

function readRoles(text: string | undefined): ServeRole[] {
  const given = text === undefined ? ['all'] : text.split(',').map((role) => role.trim())
  const unknown = given.find((role) => !isRole(role))
  if (unknown !== undefined)
    throw new TscalerError(
      'wrong-usage',
      `--role: got "${unknown}", expected ${serveRoles.join(', ')}, or several with commas.`,
    )
  return given.filter(isRole)
}

function isRole(text: string): text is ServeRole {
  return (serveRoles as readonly string[]).includes(text)
}
