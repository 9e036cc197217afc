import { execFile } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { dataFolder, startTscaler, type Tscaler } from './tscaler.ts'

// Up to nine processes one after another, and a machine that does other things.
const SLOW_MS = 90_000

const main = fileURLToPath(new URL('../../src/main.ts', import.meta.url))

let folder: Awaited<ReturnType<typeof dataFolder>>
let tscaler: Tscaler | undefined
beforeEach(async () => {
  folder = await dataFolder()
})
afterEach(async () => {
  await tscaler?.kill()
  tscaler = undefined
  await folder.remove()
})

const home = () => path.dirname(folder.data)

/** A command as its user calls it; rejects with what it wrote where it does not end with 0. */
async function call(words: readonly string[], environment: Record<string, string> = {}): Promise<string> {
  const env = { PATH: process.env.PATH, HOME: home(), ...environment }
  const { stdout } = await promisify(execFile)(process.execPath, [main, ...words], { env, cwd: home() })
  return stdout
}

async function begun(data = folder.data): Promise<Tscaler> {
  tscaler = await startTscaler(data, { HOME: home() })
  return tscaler
}

async function ended(): Promise<void> {
  await tscaler?.stop()
  tscaler = undefined
}

const password = { value: 'a password that nobody else has' }
const names = async (server: Tscaler) =>
  (await server.api<{ items: { name: string }[] }>('GET', '/api/v1/ssh-profiles')).items.map(({ name }) => name)

test(
  'a backup of a running server brings it back on an empty folder, stopped, with its secrets and its samples',
  async () => {
    const first = await begun()
    await first.api('POST', '/api/v1/ssh-profiles', { name: 'ops', user: 'ops', password })
    const kept = (await first.api<{ sshProfiles: unknown }>('GET', '/api/v1/export')).sshProfiles
    const file = path.join(home(), 'b.tar.gz')
    const made = await call(['backup', file, '--samples', '--data', folder.data])
    expect(made).toContain(' is NOT in it. It is ')
    await first.api('POST', '/api/v1/ssh-profiles', { name: 'later', user: 'ops' })
    const refused = await call(['restore', file, '--yes', '--data', folder.data]).catch((thrown) => thrown)
    expect(refused).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/^tscaler: The data folder .* is in use by process/),
    })
    await ended()

    const other = path.join(home(), 'other')
    const told = await call(['restore', file, '--yes', '--data', other])
    expect(told).toContain(`${other} holds nothing yet.`)
    const second = await begun(other)
    expect(await names(second)).toEqual(['ops'])
    expect((await second.api<{ sshProfiles: unknown }>('GET', '/api/v1/export')).sshProfiles).toEqual(kept)
    const status = await second.api<{ redStop: { reason: string } }>('GET', '/api/v1/status')
    expect(status.redStop.reason).toMatch(/^Restored from a backup of .*: look at nodes and runs, then lift this\.$/)
    expect(readdirSync(other).filter((name) => name.startsWith('restore.work'))).toEqual([])
  },
  SLOW_MS,
)

test(
  'restoring over what is there keeps that aside; without a yes nothing is changed',
  async () => {
    const file = path.join(home(), 'b.tar.gz')
    await (await begun()).api('POST', '/api/v1/ssh-profiles', { name: 'then', user: 'ops', password })
    await ended()
    await call(['backup', file, '--data', folder.data])
    await (await begun()).api('POST', '/api/v1/ssh-profiles', { name: 'now', user: 'ops' })
    await tscaler?.kill() // its write-ahead log stays behind
    tscaler = undefined
    const unasked = await call(['restore', file, '--data', folder.data]).catch((thrown) => thrown)
    expect(unasked).toMatchObject({ code: 2, stderr: expect.stringContaining('asks before it changes anything') })
    await call(['restore', file, '--yes', '--data', folder.data])
    expect(await names(await begun())).toEqual(['then'])
    await ended()
    const aside = readdirSync(folder.data).find((name) => name.startsWith('before-restore-')) ?? ''
    const back = path.join(home(), 'back.tar.gz')
    await call(['backup', back, '--data', path.join(folder.data, aside)])
    await call(['restore', back, '--yes', '--data', folder.data])
    expect(await names(await begun())).toEqual(['then', 'now'])
  },
  SLOW_MS,
)

test(
  'a backup whose key is gone is refused with nothing changed',
  async () => {
    const file = path.join(home(), 'b.tar.gz')
    await (await begun()).api('POST', '/api/v1/ssh-profiles', { name: 'ops', user: 'ops', password })
    await ended()
    await call(['backup', file, '--data', folder.data])
    const key = readFileSync(path.join(folder.data, 'secret-key.path'), 'utf8').trim()
    renameSync(key, `${key}.away`)
    const other = path.join(home(), 'other')
    const words = ['restore', file, '--yes', '--data', other]
    const keyless = await call(words).catch((thrown) => thrown)
    expect(keyless).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/is not here; none was found\. Put its file at /),
    })
    const wrong = path.join(home(), 'wrong.key')
    writeFileSync(wrong, `${'w'.repeat(40)}\n`)
    const wrongKey = await call(words, { TSCALER_SECRET_KEY_FILE: wrong }).catch((thrown) => thrown)
    expect(wrongKey.stderr).toContain('wrong.key: A secret was sealed with key')
    expect(existsSync(path.join(other, 'tscaler.db'))).toBe(false)
    await call(words, { TSCALER_SECRET_KEY_FILE: `${key}.away` })
    expect(existsSync(path.join(other, 'tscaler.db'))).toBe(true)
  },
  SLOW_MS,
)

test(
  'a backup of a newer tscaler is refused, and says which one made it',
  async () => {
    await begun()
    await ended()
    const file = path.join(home(), 'b.tar.gz')
    await call(['backup', file, '--data', folder.data])
    const tar = (words: readonly string[]) => promisify(execFile)('tar', words, { cwd: home() })
    await tar(['xzf', file])
    const manifest = path.join(home(), 'manifest.json')
    const written = JSON.parse(readFileSync(manifest, 'utf8'))
    const newer = { ...written, version: '9.9.9', schema: [...written.schema, '0999-later'] }
    writeFileSync(manifest, JSON.stringify(newer))
    await tar(['czf', file, 'manifest.json', 'tscaler.db'])
    const refused = await call(['restore', file, '--yes', '--data', folder.data]).catch((thrown) => thrown)
    expect(refused.stderr).toContain('was made by a newer tscaler (9.9.9; it has 0999-later) than this one')
  },
  SLOW_MS,
)

test(
  'the key is changed while the server runs; a restart and a backup of before both go on',
  async () => {
    const server = await begun()
    await server.api('POST', '/api/v1/ssh-profiles', { name: 'ops', user: 'ops', password })
    const file = path.join(home(), 'b.tar.gz')
    await call(['backup', file, '--data', folder.data])
    const told = await call(['secret', 'rotate', '--data', folder.data])
    expect(told).toMatch(/^New key [\w-]{8}, in .*\.key: 1 secret sealed anew\./)
    await server.api('PATCH', '/api/v1/ssh-profiles/ops', { user: 'other' })
    await ended()
    await (await begun()).api('PATCH', '/api/v1/ssh-profiles/ops', { user: 'ops' })
    await ended()
    await call(['restore', file, '--yes', '--data', folder.data])
    expect(await names(await begun())).toEqual(['ops'])
  },
  SLOW_MS,
)
