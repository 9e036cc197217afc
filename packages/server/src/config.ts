import { existsSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parse } from 'yaml'
import { type Finding, messageOf, TscalerError } from './model/problem.ts'

/** Everything that is set from outside, read once at start: flag, else environment, else `settings.yaml`, else default. */
export interface Settings {
  port: number
  host: string
  dataFolder: string
  store: string
  smtpUrl: string | null
  mailFrom: string
  secretKey: string | null
  secretKeyFile: string | null
  adminPassword: string | null
  serverCommands: boolean
  /** The OS user that commands on tscaler's own machine run as; null: tscaler's own. */
  serverCommandsUser: string | null
  heartbeatUrl: string | null
  logLevel: 'debug' | 'info' | 'warn' | 'error'
  /** Where pages and links of mails point to. */
  publicUrl: string | null
}

interface Setting {
  /** Its key in `settings.yaml`. */
  key: keyof Settings
  variable: string
  default: string
  expected: string
  parse: (text: string) => Settings[keyof Settings] | undefined
}

const textOrNull = (text: string) => (text === '' ? null : text)

/** The settings' table; `docs/operating/settings.md` is made from it. */
export const settingsTable: readonly Setting[] = [
  {
    key: 'port',
    variable: 'TSCALER_PORT',
    default: '8480',
    expected: 'a port from 0 to 65535 (0: a free one)',
    parse: parsePort,
  },
  {
    key: 'host',
    variable: 'TSCALER_HOST',
    default: '127.0.0.1',
    expected: 'an address to listen on',
    parse: (text) => text || undefined,
  },
  {
    key: 'dataFolder',
    variable: 'TSCALER_DATA',
    default: './data',
    expected: 'a folder',
    parse: (text) => resolve(text),
  },
  {
    key: 'store',
    variable: 'TSCALER_STORE',
    default: 'sqlite:',
    expected: '"sqlite:" (in the data folder)',
    parse: (text) => (/^(sqlite:|postgresql:\/\/|mysql:\/\/)/.test(text) ? text : undefined),
  },
  {
    key: 'smtpUrl',
    variable: 'TSCALER_SMTP_URL',
    default: '',
    expected: 'smtp://user:password@host:587 or smtps://…',
    parse: (text) => (text === '' ? null : /^smtps?:\/\/\S+$/.test(text) ? text : undefined),
  },
  {
    key: 'mailFrom',
    variable: 'TSCALER_MAIL_FROM',
    default: 'tscaler@localhost',
    expected: 'an address',
    parse: (text) => (text.includes('@') ? text : undefined),
  },
  { key: 'secretKey', variable: 'TSCALER_SECRET_KEY', default: '', expected: 'a key', parse: textOrNull },
  { key: 'secretKeyFile', variable: 'TSCALER_SECRET_KEY_FILE', default: '', expected: 'a file', parse: textOrNull },
  {
    key: 'adminPassword',
    variable: 'TSCALER_ADMIN_PASSWORD',
    default: '',
    expected: 'a password of 12 characters or more',
    parse: (text) => (text === '' ? null : text.length >= 12 ? text : undefined),
  },
  {
    key: 'serverCommands',
    variable: 'TSCALER_SERVER_COMMANDS',
    default: 'off',
    expected: '"off" or "on"',
    parse: (text) => (text === 'on' ? true : text === 'off' ? false : undefined),
  },
  {
    key: 'serverCommandsUser',
    variable: 'TSCALER_SERVER_COMMANDS_USER',
    default: '',
    expected: 'a user of this machine',
    parse: textOrNull,
  },
  {
    key: 'heartbeatUrl',
    variable: 'TSCALER_HEARTBEAT_URL',
    default: '',
    expected: 'an http(s) address',
    parse: (text) => (text === '' ? null : /^https?:\/\//.test(text) ? text : undefined),
  },
  {
    key: 'logLevel',
    variable: 'TSCALER_LOG_LEVEL',
    default: 'info',
    expected: '"debug", "info", "warn" or "error"',
    parse: (text) => (['debug', 'info', 'warn', 'error'].includes(text) ? text : undefined),
  },
  {
    key: 'publicUrl',
    variable: 'TSCALER_PUBLIC_URL',
    default: '',
    expected: 'an http(s) address',
    parse: (text) => (text === '' ? null : /^https?:\/\//.test(text) ? text.replace(/\/$/, '') : undefined),
  },
]

/** Secrets among the settings: their values are in no message. */
const secretKeys: ReadonlySet<string> = new Set(['secretKey', 'adminPassword', 'smtpUrl'])

/** Where the texts come from. */
export interface SettingsInput {
  /** From the command line: `port`, `dataFolder`, …; undefined where not given. */
  flags: Readonly<Partial<Record<keyof Settings, string>>>
  environment: Readonly<Record<string, string | undefined>>
}

/** All settings; throws `bad-input` with every setting that is wrong at once. */
export function readSettings({ flags, environment }: SettingsInput): Settings {
  const dataFolder = resolve(flags.dataFolder ?? environment.TSCALER_DATA ?? './data')
  const findings: Finding[] = []
  const file = readFile(join(dataFolder, 'settings.yaml'), findings)
  const settings: Partial<Settings> = {}
  for (const setting of settingsTable) {
    const { text, from } = textOf(setting, { flags, environment }, file)
    const value = setting.parse(text)
    if (value === undefined)
      findings.push({ path: from, message: `got ${shown(setting, text)}, expected ${setting.expected}` })
    Object.assign(settings, { [setting.key]: value })
  }
  if (findings.length > 0) {
    const lines = findings.map(({ path, message }) => `  ${path}: ${message}`).join('\n')
    throw new TscalerError('bad-input', `The settings can't be used:\n${lines}`, { findings })
  }
  return settings as Settings
}

function textOf(
  setting: Setting,
  { flags, environment }: SettingsInput,
  file: Record<string, unknown>,
): { text: string; from: string } {
  const flag = flags[setting.key]
  if (flag !== undefined) return { text: flag, from: `--${setting.key === 'dataFolder' ? 'data' : setting.key}` }
  const variable = environment[setting.variable]
  if (variable !== undefined && variable !== '') return { text: variable, from: setting.variable }
  const own = file[setting.key]
  if (own !== undefined && own !== null) return { text: yamlText(own), from: `settings.yaml ${setting.key}` }
  return { text: setting.default, from: setting.key }
}

/** YAML reads `on` as text in its present version and as true in older ones; both are meant. */
function yamlText(value: unknown): string {
  if (value === true) return 'on'
  return value === false ? 'off' : String(value)
}

function shown(setting: Setting, text: string): string {
  return secretKeys.has(setting.key) ? 'a value that is not shown here' : JSON.stringify(text)
}

function readFile(path: string, findings: Finding[]): Record<string, unknown> {
  if (!existsSync(path)) return {}
  try {
    const read: unknown = parse(readFileSync(path, 'utf8'))
    if (read === null || read === undefined) return {}
    if (typeof read !== 'object' || Array.isArray(read))
      throw new Error('expected settings by name, such as "port: 8480"')
    const known = new Set<string>(settingsTable.map(({ key }) => key))
    for (const key of Object.keys(read))
      if (!known.has(key))
        findings.push({ path: `settings.yaml ${key}`, message: `is no setting; there are ${[...known].join(', ')}` })
    return read as Record<string, unknown>
  } catch (thrown) {
    findings.push({ path, message: messageOf(thrown) })
    return {}
  }
}

function parsePort(text: string): number | undefined {
  const port = Number(text)
  return /^\d{1,5}$/.test(text) && port <= 65_535 ? port : undefined
}
