import { execFile } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { DatabaseServer } from '@tscaler/rehearsal/database-server.ts'
import { startMariadb } from '@tscaler/rehearsal/mariadb.ts'
import { requirePart } from '@tscaler/rehearsal/parts.ts'
import { startPostgresql } from '@tscaler/rehearsal/postgresql.ts'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { dataFolder, startTscaler, type Tscaler } from './tscaler.ts'
import { waitFor } from './wait-for.ts'

const main = fileURLToPath(new URL('../../src/main.ts', import.meta.url))
const key = 'k'.repeat(40)

let folder: Awaited<ReturnType<typeof dataFolder>>
let tscaler: Tscaler | undefined
let server: DatabaseServer | undefined

beforeEach(async () => {
  folder = await dataFolder()
})

afterEach(async () => {
  await tscaler?.stop()
  await server?.stop()
  await folder.remove()
})

/** Runs one command on the data folder, with the words of a URL from stdin. */
async function command(words: readonly string[], stdin: string): Promise<{ stdout: string; stderr: string }> {
  const env = { PATH: process.env.PATH, HOME: path.dirname(folder.data), TSCALER_SECRET_KEY: key }
  const asked = promisify(execFile)(process.execPath, [main, ...words, '--data', folder.data], { env })
  asked.child.stdin?.end(stdin)
  return asked
}

const cluster = (name: string) => ({ name, min: 1, max: 4 })

describe.each([
  { part: 'postgresql' as const, start: startPostgresql },
  { part: 'mariadb' as const, start: startMariadb },
])('on $part', ({ part, start }) => {
  test.skipIf(requirePart(part).skip)(
    'an installation moves there with all it has, survives kill -9 of itself, and a restart of the server',
    async () => {
      tscaler = await startTscaler(folder.data, { TSCALER_SECRET_KEY: key })
      await tscaler.api('POST', '/api/v1/clusters', cluster('shop'))
      const before = await tscaler.api<{ items: object[] }>('GET', '/api/v1/clusters')
      const refused = command(['copy', '--to', '-'], 'sqlite:b.db')
      await expect(refused).rejects.toMatchObject({ stderr: expect.stringMatching(/is in use by process/) })
      await tscaler.stop()

      server = await start()
      const url = server.urlOf(await server.newDatabase())
      const { stdout } = await command(['copy', '--to', '-'], `${url}\n`)
      expect(stdout).toMatch(/^Copied \d+ rows to \w+:\/\/tscaler@127\.0\.0\.1:\d+\/test1, each as its original\.\n/)

      // From the file of settings, so that no environment shows the password either.
      await writeFile(path.join(folder.data, 'settings.yaml'), `store: ${url}\n`)
      tscaler = await startTscaler(folder.data, { TSCALER_SECRET_KEY: key })
      expect(await tscaler.api('GET', '/api/v1/clusters')).toEqual(before)
      await tscaler.api('POST', '/api/v1/clusters', cluster('web'))
      await tscaler.kill()

      tscaler = await startTscaler(folder.data, { TSCALER_SECRET_KEY: key })
      const clusters = async () => (await tscaler!.api<{ items: { name: string }[] }>('GET', '/api/v1/clusters')).items
      expect((await clusters()).map(({ name }) => name)).toEqual(expect.arrayContaining(['shop', 'web']))

      await server.kill()
      await expect(clusters()).rejects.toThrow(/store-unusable.*can't be reached/)
      await server.restart()
      await waitFor('the store', async () => (await clusters().catch(() => [])).length > 0)
      await tscaler.api('POST', '/api/v1/clusters', cluster('mail'))
      expect(tscaler.output()).not.toContain('tscaler-password')
    },
    90_000, // four starts, each of them 2–5 s
  )
})
