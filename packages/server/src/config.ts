import { existsSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parse } from 'yaml'
import { type Finding, messageOf, TscalerError } from './model/problem.ts'
import { type Setting, type Settings, settingsTable } from './start/settings.ts'

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
  return setting.secret ? 'a value that is not shown here' : JSON.stringify(text)
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
