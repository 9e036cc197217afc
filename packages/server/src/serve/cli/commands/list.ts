import type { Command } from 'commander'
import { TscalerError } from '../../../model/problem.ts'
import { apiPath } from '../client.ts'
import { type ExitCode, exitCodes } from '../exit-code.ts'
import { listKindOf, listKinds, singular } from '../kinds.ts'
import { numberOption } from '../options.ts'
import { addCommand, attend, type Call, type Common, type Work, withCommon } from '../work.ts'

const [half, rest] = [listKinds.slice(0, 8), listKinds.slice(8)].map((kinds) =>
  kinds.map(({ name }) => name).join(', '),
)
const kindsFooter = `\nKinds: ${half},\n${rest}.`

/** `tscaler list KIND`. */
export function listCommand(program: Command, call: Call): void {
  const command = addCommand(program, 'list <kind>', 'List what there is of a kind.')
    .option('--cluster <name>', 'nodes and triggers of this cluster')
    .option('--match <text>', 'whose name contains this')
    .addOption(
      numberOption('--limit <n>', 'of alerts and audit: the newest so many', { min: 1, max: 1_000 }).default(50),
    )
    .addHelpText('after', kindsFooter)
  withCommon(command).action((word: string, options: ListOptions) =>
    attend(call, options, (work) => listAll(work, word, options)),
  )
}

interface ListOptions extends Common {
  cluster?: string
  match?: string
  limit?: number
}

/** Lists a kind, narrowed by the options. */
export async function listAll({ client, out, io }: Work, word: string, options: ListOptions): Promise<ExitCode> {
  const { name, head, row, isTrail } = listKindOf(word)
  const path = `/${name}`
  const query = { cluster: options.cluster, q: options.match }
  const items = isTrail
    ? (await client.ask<{ items: never[] }>({ path, query: { ...query, limit: options.limit } })).items
    : await client.all<never>(path, query)
  out.answer(items, () => {
    if (items.length === 0) out.line(`There are no ${name.replaceAll('-', ' ')}.`)
    const now = io.clock.now()
    out.table(
      head,
      items.map((item) => row(item, now)),
    )
  })
  return exitCodes.done
}

/** `tscaler get KIND NAME`. */
export function getCommand(program: Command, call: Call): void {
  const command = addCommand(program, 'get <kind> <name>', 'Show everything of one thing.').addHelpText(
    'after',
    kindsFooter,
  )
  withCommon(command).action((word: string, name: string, options: Common) =>
    attend(call, options, async ({ client, out, io }) => {
      const kind = listKindOf(word)
      if (kind.isTrail)
        throw new TscalerError('wrong-usage', `${kind.name} can be listed only: \`tscaler list ${kind.name}\`.`)
      const answer = await client.ask<Record<string, unknown>>({ path: apiPath(`/${kind.name}/{}`, name) })
      if (out.json) out.answer(answer, () => {})
      else {
        const { stringify } = await import('yaml')
        out.line(`${singular(kind.name).replaceAll('-', ' ')} ${String(answer.name)}`, 'strong')
        io.stdout.write(stringify(withNames(answer), { aliasDuplicateObjects: false }))
      }
      return exitCodes.done
    }),
  )
}

/** `{ id, name }` is for programs; people read names. */
function withNames(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withNames)
  if (typeof value !== 'object' || value === null) return value
  const keys = Object.keys(value)
  if (keys.length === 2 && 'id' in value && 'name' in value) return value.name
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, withNames(inner)]))
}
