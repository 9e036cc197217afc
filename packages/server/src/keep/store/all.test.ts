import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { FakeClock } from '../../model/fake-clock.ts'
import { openStore } from './all.ts'

let folder: string

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'tscaler-open-'))
})

afterEach(() => rmSync(folder, { recursive: true }))

test.each([
  { name: 'sqlite: and a path', url: (file: string) => `sqlite:${file}` },
  { name: 'sqlite:// and a path', url: (file: string) => `sqlite://${file}` },
  { name: 'a path relative to the working directory', url: (file: string) => `sqlite:${path.relative('.', file)}` },
  { name: 'file://', url: (file: string) => pathToFileURL(file).href },
  { name: 'a plain path', url: (file: string) => file },
])('$name opens that file', async ({ url }) => {
  const file = path.join(folder, 'my store.db')
  const store = await openStore({ url: url(file), clock: new FakeClock() })
  await store.close()
  expect(existsSync(file)).toBe(true)
})

test.each([
  {
    url: 'redis://me:secret@db/x',
    message: 'TSCALER_STORE: got a URL that begins with "redis:", expected sqlite:, postgresql:// or mysql://.',
  },
])('$url is refused without telling its password', async ({ url, message }) => {
  await expect(openStore({ url, clock: new FakeClock() })).rejects.toMatchObject({ code: 'bad-input', message })
})

test('sqlite: without a file is refused', async () => {
  await expect(openStore({ url: 'sqlite:', clock: new FakeClock() })).rejects.toMatchObject({
    code: 'bad-input',
    message: 'TSCALER_STORE: "sqlite:" names no file. Give one, such as sqlite:data/tscaler.db.',
  })
})
