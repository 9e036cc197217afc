import type { AnyAuthMethod, AuthenticationType } from 'ssh2'
import { type ReadKey, readPrivateKey } from './private-key.ts'

/** Who logs in and by what; the parts of an access that say so. */
export interface Credentials {
  user: string
  privateKey: string | null
  passphrase: string | null
  password: string | null
  agent: string | null
}

/** Keys that were read, by their text: reading one with a passphrase is slow on purpose, and a fleet shares a few. */
export class KeyRing {
  #read = new Map<string, ReadKey>()

  /** undefined where there is none to read. */
  read({ privateKey, passphrase }: Credentials): ReadKey | undefined {
    if (privateKey === null) return undefined
    const name = nameOf(privateKey, passphrase)
    const known = this.#read.get(name) ?? readPrivateKey(privateKey, passphrase)
    this.#read.set(name, known)
    return known
  }

  /** Forgets the keys that none of these has. */
  keep(credentials: readonly Credentials[]): void {
    const wanted = new Set(credentials.map(({ privateKey, passphrase }) => nameOf(privateKey ?? '', passphrase)))
    for (const name of this.#read.keys()) if (!wanted.has(name)) this.#read.delete(name)
  }
}

/** The ways in, one after the other: key, agent, password, and the password once more for a server that asks by keyboard. */
export class Login {
  /** What was tried, in words; without secrets. */
  readonly tried: string[] = []
  /** What the server would take, in its own words. */
  offered: readonly string[] = []
  readonly #ways: { method: AnyAuthMethod; words: string }[]

  constructor(credentials: Credentials, key: ReadKey | undefined) {
    const { user: username, password, agent } = credentials
    this.#ways = []
    if (key?.kind === 'key') {
      this.#ways.push({ method: { type: 'publickey', username, key: key.key }, words: `the key (${key.key.type})` })
    }
    if (agent !== null) this.#ways.push({ method: { type: 'agent', username, agent }, words: "the agent's keys" })
    if (password !== null) {
      this.#ways.push({ method: { type: 'password', username, password }, words: 'the password' })
      const method = {
        type: 'keyboard-interactive',
        username,
        prompt: (...[, , , prompts, finish]: PromptArguments) => finish(prompts.map(() => password)),
      } as const
      this.#ways.push({ method, words: 'the password by keyboard-interactive' })
    }
  }

  /** Whether there is anything to try. */
  get hasWays(): boolean {
    return this.#ways.length > 0
  }

  /** The next way that the server would take; false at the end. It is ssh2's `authHandler`. */
  next(left: readonly AuthenticationType[] | null): AnyAuthMethod | false {
    if (left !== null) this.offered = left
    for (let way = this.#ways.shift(); way !== undefined; way = this.#ways.shift()) {
      const asked = way.method.type === 'agent' ? 'publickey' : way.method.type
      if (left !== null && !left.includes(asked)) continue
      this.tried.push(way.words)
      return way.method
    }
    return false
  }
}

type PromptArguments = [
  name: string,
  instructions: string,
  language: string,
  prompts: readonly unknown[],
  finish: (answers: string[]) => void,
]

function nameOf(privateKey: string, passphrase: string | null): string {
  return `${passphrase ?? ''}\0${privateKey}`
}
