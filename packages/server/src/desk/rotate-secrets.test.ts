import { spawnSync } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { embeddedQueue } from '../keep/queue/embedded/embedded.ts'
import { embeddedKey } from '../keep/secrets/key-file.ts'
import { type KeyRing, openKeyRing } from '../keep/secrets/key-ring.ts'
import { keyIds, openVault } from '../keep/secrets/vault.ts'
import { openStore } from '../keep/store/all.ts'
import type { Store } from '../keep/store/store.ts'
import { FakeClock } from '../model/fake-clock.ts'
import { admin } from './desk.fixture.ts'
import { rotateSecrets } from './rotate-secrets.ts'

let root: string
let data: string
let store: Store
const clock = new FakeClock()
const queue = embeddedQueue({ clock, warn: () => {} })

beforeEach(async () => {
  root = mkdtempSync(path.join(tmpdir(), 'tscaler-rotate-'))
  data = path.join(root, 'data')
  mkdirSync(data)
  store = await open()
})

afterEach(async () => {
  await store.close()
  rmSync(root, { recursive: true })
})

const open = () => openStore({ url: `sqlite:${path.join(data, 'tscaler.db')}`, clock })

async function ring(): Promise<KeyRing> {
  const { uid } = await store.installation.get(1)
  const { text, file } = embeddedKey({ dataFolder: data, installation: uid, stateHome: undefined, home: undefined })
  return openKeyRing({ text, ownFile: file })
}

const keyFile = () => `${data}.key`
const keys = () => readFileSync(keyFile(), 'utf8').trim().split('\n')

/** Every kind of thing that holds a secret, some with several. */
async function fill({ vault }: KeyRing): Promise<void> {
  const { seal } = vault
  for (const name of ['one', 'two', 'three'])
    await store.sshProfiles.insert({
      ...{ name, user: 'ops', privateKey: seal(`key ${name}`), passphrase: null, password: seal(`password ${name}`) },
      ...{ agent: false, hostKeys: 'strict', jump: [], knownHosts: null, certAuthorities: [] },
    })
  await store.jvmProfiles.insert({
    ...{ name: 'tomcat', port: 9010, user: 'monitor', password: seal('jvm'), tlsCa: null, tls: true, tlsCert: 'CERT' },
    ...{ tlsKey: seal('tls'), hostOverride: null, via: 'direct' },
  })
  const times = { timeoutMs: 1_000, retries: 0, retryDelayMs: 0 }
  const fields = { script: 'echo' }
  const secrets = { TOKEN: seal('token'), OTHER: seal('other') }
  const action = await store.actions.insert({ name: 'app', type: 'localScript', fields, ...times, secrets })
  const run = await store.runs.insert({
    ...{ triggerId: null, triggerName: null, clusterId: null, clusterName: null, state: 'failed', effect: 'none' },
    ...{ cause: { kind: 'person', text: '' }, planHash: '', note: null, cancelRequested: false },
    ...{ createdAt: 1, startedAt: null, endedAt: null },
  })
  await store.steps.insert({
    ...{ runId: run.id, n: 1, type: 'localScript', target: 'cluster', onFailure: 'stop', state: 'failed' },
    ...{ startedAt: null, endedAt: null },
    action: { id: action.id, name: 'app', type: 'localScript', fields, ...times, secrets },
  })
}

async function everySecret({ vault }: KeyRing): Promise<string[]> {
  const profiles = (await store.sshProfiles.list()).flatMap(({ privateKey, password }) => [privateKey, password])
  const jvms = (await store.jvmProfiles.list()).flatMap(({ password, tlsKey }) => [password, tlsKey])
  const actions = (await store.actions.list()).flatMap(({ secrets }) => Object.values(secrets))
  const steps = (await store.steps.list()).flatMap(({ action }) => Object.values(action.secrets))
  return [...profiles, ...jvms, ...actions, ...steps].map((sealed) => (sealed === null ? '' : vault.open(sealed)))
}

test('every secret opens with the new key alone, those in steps of runs too; the old key stays in the file', async () => {
  const keyRing = await ring()
  await fill(keyRing)
  const [before, [oldKey = '']] = [await everySecret(keyRing), keys()]
  const rotated = await rotateSecrets({ store, queue, clock, keyRing }, admin, { forgetOlder: false })
  const [newKey = '', ...older] = keys()
  expect(older).toEqual([oldKey])
  expect(rotated).toEqual({
    ...{
      keyId: keyIds(newKey)[0],
      isNew: true,
      olderKeyIds: keyIds(oldKey),
      file: keyFile(),
      resealed: 12,
      unopened: 0,
    },
  })
  expect(await everySecret(openKeyRing({ text: newKey, ownFile: null }))).toEqual(before)
  expect(await everySecret(keyRing)).toEqual(before)
  expect((await store.audit.list()).at(-1)).toMatchObject({ who: 'admin', what: 'rotate', kind: 'secret-key' })
})

test('older keys are forgotten once nothing stored needs them, and not before', async () => {
  const keyRing = await ring()
  await fill(keyRing)
  const before = await everySecret(keyRing)
  await rotateSecrets({ store, queue, clock, keyRing }, admin, { forgetOlder: false })
  const [profile] = await store.sshProfiles.list({ limit: 1 })
  const foreign = openVault('f'.repeat(40)).seal('lost')
  await store.sshProfiles.update(profile?.id ?? 0, { passphrase: foreign })
  const forget = () => rotateSecrets({ store, queue, clock, keyRing }, admin, { forgetOlder: true })
  await expect(forget()).rejects.toMatchObject({ code: 'wrong-state', message: /^1 secrets still need an older key/ })
  expect(keys()).toHaveLength(2)
  await store.sshProfiles.update(profile?.id ?? 0, { passphrase: null })
  expect(await forget()).toMatchObject({ isNew: false, olderKeyIds: [], resealed: 0 })
  expect(keys()).toHaveLength(1)
  expect(await everySecret(await ring())).toEqual(before)
})

test('a secret that no key opens stays as it is, is counted, and holds up no other', async () => {
  const keyRing = await ring()
  await fill(keyRing)
  const [profile] = await store.sshProfiles.list({ limit: 1 })
  const foreign = openVault('f'.repeat(40)).seal('lost')
  await store.sshProfiles.update(profile?.id ?? 0, { passphrase: foreign })
  const rotated = await rotateSecrets({ store, queue, clock, keyRing }, admin, { forgetOlder: false })
  expect(rotated).toMatchObject({ resealed: 12, unopened: 1 })
  expect((await store.sshProfiles.get(profile?.id ?? 0)).passphrase).toBe(foreign)
})

describe('a key that is given from outside', () => {
  const [first, second] = ['1'.repeat(40), '2'.repeat(40)]

  test('is not made here: what an older one sealed is sealed with the first', async () => {
    await fill(openKeyRing({ text: first, ownFile: null }))
    const keyRing = openKeyRing({ text: `${second},${first}`, ownFile: null })
    const rotated = await rotateSecrets({ store, queue, clock, keyRing }, admin, { forgetOlder: false })
    expect(rotated).toMatchObject({ isNew: false, file: null, resealed: 12, olderKeyIds: keyIds(first) })
    expect(await everySecret(openKeyRing({ text: second, ownFile: null }))).toHaveLength(12)
  })

  test('is not forgotten here either', async () => {
    const keyRing = openKeyRing({ text: `${second},${first}`, ownFile: null })
    const forget = rotateSecrets({ store, queue, clock, keyRing }, admin, { forgetOlder: true })
    await expect(forget).rejects.toMatchObject({
      code: 'wrong-state',
      message: /^The secret key is given from outside/,
    })
  })
})

test('a key file that can not be written leaves key and secrets as they were', async () => {
  const keyRing = await ring()
  await fill(keyRing)
  mkdirSync(`${keyFile()}.new`) // in the way of what is written first
  const rotation = rotateSecrets({ store, queue, clock, keyRing }, admin, { forgetOlder: false })
  await expect(rotation).rejects.toMatchObject({
    code: 'data-folder-unusable',
    message: /the key is the one it was\.$/,
  })
  expect([keys().length, keyRing.ids().length, (await everySecret(keyRing)).length]).toEqual([1, 1, 12])
})

describe('kill -9', () => {
  const fixture = path.join(import.meta.dirname, 'rotate-secrets.fixture.ts')

  test.each([
    { point: '0', forget: '' },
    { point: '1', forget: '' },
    { point: '2', forget: '' },
    { point: 'commit', forget: '' },
    { point: 'after', forget: '' },
    { point: 'commit', forget: 'forget' },
    { point: 'after', forget: 'forget' },
  ])('at point $point $forget leaves every secret open, and the next rotation finishes', async ({ point, forget }) => {
    const before = await ring()
    await fill(before)
    const secrets = await everySecret(before)
    if (forget !== '') await rotateSecrets({ store, queue, clock, keyRing: before }, admin, { forgetOlder: false })
    await store.close()
    const killed = spawnSync(process.execPath, [fixture, data, point, forget], { encoding: 'utf8' })
    expect([killed.signal, killed.stdout, killed.stderr]).toEqual(['SIGKILL', 'dying', ''])
    store = await open()
    const after = await ring()
    expect(await everySecret(after)).toEqual(secrets)
    await rotateSecrets({ store, queue, clock, keyRing: after }, admin, { forgetOlder: false })
    expect(await everySecret(openKeyRing({ text: keys()[0] ?? '', ownFile: null }))).toEqual(secrets)
  })
})

test("the key file is its owner's alone afterwards, whatever it was", async () => {
  const keyRing = await ring()
  chmodSync(keyFile(), 0o644)
  await rotateSecrets({ store, queue, clock, keyRing }, admin, { forgetOlder: false })
  expect(statSync(keyFile()).mode & 0o777).toBe(0o600)
})
