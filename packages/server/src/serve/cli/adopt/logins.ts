import type { SshProfileBody } from '../../../wire/profiles.ts'
import type { Host, LineFinding } from './host.ts'

/** How the command says to sign in where an inventory doesn't. */
export interface LoginOptions {
  /** One that there is already, for all hosts. */
  sshProfile?: string
  user?: string
  /** A private key's file. */
  key?: string
  /** The SSH agent of the server signs. */
  agent?: boolean
  /** `user@host[:port]`, from the nearest to the farthest. */
  jump?: readonly string[]
  /** Host keys that are known, as ssh keeps them; a text. */
  knownHosts?: string
  acceptNew?: boolean
}

/** Reads a key's file: its text, or why there is none. */
export type ReadKey = (file: string) => { text: string } | { message: string }

/** The SSH profiles that hosts need: one for each way to sign in that an inventory names, and which host has which. */
export interface Logins {
  profiles: { body: SshProfileBody; line: number }[]
  nameOf(host: Host): string | null
  findings: LineFinding[]
}

interface Login {
  user: string
  keyFile: string | null
  password: string | null
  jump: readonly string[]
}

/** Makes them; hosts that are this machine, or name a profile, need none. */
export function loginsOf(hosts: readonly Host[], options: LoginOptions, readKey: ReadKey): Logins {
  const findings: LineFinding[] = []
  const needing =
    options.sshProfile === undefined ? hosts.filter(({ local, sshProfile }) => !local && sshProfile === null) : []
  const nobody = needing.filter((host) => userOf(host, options) === undefined)
  if (nobody[0]) findings.push(missing(nobody, 'have no user to sign in as', '--user NAME, or --ssh-profile NAME'))
  const noKey = needing.filter((host) => !canSignIn(host, options))
  if (noKey[0])
    findings.push(missing(noKey, 'have no key and no password', '--key FILE, --agent, or --ssh-profile NAME'))
  const names = new Map<string, string>()
  const profiles: Logins['profiles'] = []
  for (const host of needing) {
    const login = loginOf(host, options)
    const key = JSON.stringify(login)
    if (names.has(key)) continue
    const name = freeName(login, new Set(names.values()))
    names.set(key, name)
    profiles.push({ body: profileOf(name, login, { options, readKey, findings, line: host.line }), line: host.line })
  }
  const nameOf = (host: Host) => {
    if (host.local) return null
    return host.sshProfile ?? options.sshProfile ?? names.get(JSON.stringify(loginOf(host, options))) ?? null
  }
  return { profiles, nameOf, findings }
}

/** One finding for all hosts that lack the same: three hundred lines of it would help nobody. */
export function missing(hosts: readonly Host[], lack: string, give: string): LineFinding {
  const first = hosts.slice(0, 3).map(({ name }) => name)
  const more = hosts.length > first.length ? ` and ${hosts.length - first.length} more` : ''
  return { line: hosts[0]?.line ?? 1, message: `${first.join(', ')}${more} ${lack}: give ${give}.` }
}

function userOf({ user }: Host, options: LoginOptions): string | undefined {
  return user ?? options.user
}

function canSignIn({ keyFile, password }: Host, { key, agent }: LoginOptions): boolean {
  return keyFile !== null || password !== null || key !== undefined || agent === true
}

function loginOf(host: Host, options: LoginOptions): Login {
  const keyFile = host.keyFile ?? (host.password === null ? (options.key ?? null) : null)
  const jump = host.jump.length > 0 ? host.jump : (options.jump ?? [])
  return { user: userOf(host, options) ?? '', keyFile, password: host.password, jump }
}

/** `ops`, `ops-via-gw1`; with a number where two are alike. */
function freeName({ user, jump }: Login, taken: ReadonlySet<string>): string {
  const gate = jump.at(-1)?.replace(/^.*@/, '').replace(/:\d+$/, '')
  const words = `${user}${gate === undefined ? '' : `-via-${gate}`}`.replace(/[^A-Za-z0-9._-]/g, '-')
  const base = (/^[A-Za-z]/.test(words) ? words : `ssh-${words}`).slice(0, 59) // room for a number in 63 characters
  for (let number = 1; ; number++) {
    const name = number === 1 ? base : `${base}-${number}`
    if (!taken.has(name)) return name
  }
}

interface ProfileParts {
  options: LoginOptions
  readKey: ReadKey
  findings: LineFinding[]
  line: number
}

function profileOf(
  name: string,
  { user, keyFile, password, jump }: Login,
  { options, readKey, findings, line }: ProfileParts,
): SshProfileBody {
  const key = keyFile === null ? undefined : readKey(keyFile)
  if (key && 'message' in key) findings.push({ line, message: `the private key: ${key.message}` })
  return {
    name,
    user,
    ...(key && 'text' in key ? { privateKey: { value: key.text } } : {}),
    ...(password === null ? {} : { password: { value: password } }),
    ...(options.agent ? { agent: true } : {}),
    ...(jump.length === 0 ? {} : { jump: [...jump] }),
    ...(options.knownHosts === undefined ? {} : { knownHosts: options.knownHosts }),
    ...(options.acceptNew ? { hostKeys: 'accept-new' as const } : {}),
  }
}
