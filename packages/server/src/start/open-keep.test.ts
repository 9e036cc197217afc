import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import pino from 'pino'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { readSettings } from '../config.ts'
import { FakeClock } from '../model/fake-clock.ts'
import { openKeep } from './open-keep.ts'

let folder: string

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'tscaler-keep-'))
})

afterEach(() => rmSync(folder, { recursive: true }))

const open = (environment: Record<string, string>) => {
  const settings = readSettings({ flags: { dataFolder: path.join(folder, 'data') }, environment })
  const homes = { stateHome: undefined, home: folder }
  return openKeep(settings, homes, { clock: new FakeClock(), log: pino({ level: 'silent' }) })
}

// Nobody listens there; a key that is missing is told before anything is asked.
const nowhere = 'postgresql://me:secret@127.0.0.1:1/x'

test('a shared store needs the key that all its processes share', async () => {
  await expect(open({ TSCALER_STORE: nowhere })).rejects.toMatchObject({
    code: 'bad-input',
    message: expect.stringMatching(/^TSCALER_SECRET_KEY is missing, and a shared store needs it/),
  })
})

test('one that is not there is told in words, and the data folder is let go', async () => {
  const environment = { TSCALER_STORE: nowhere, TSCALER_SECRET_KEY: 'k'.repeat(32) }
  for (let tried = 0; tried < 2; tried += 1) {
    await expect(open(environment)).rejects.toMatchObject({
      code: 'store-unusable',
      message: expect.stringMatching(/^postgresql:\/\/me@127\.0\.0\.1:1\/x can't be reached/),
    })
  }
})
