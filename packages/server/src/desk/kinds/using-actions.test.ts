import { afterEach, beforeEach, expect, test } from 'vitest'
import { waitUntil } from '../../act/actions/wait-until/wait-until.ts'
import { admin, openTestDesk, type TestDesk } from '../desk.fixture.ts'
import { applyDocument } from '../document.ts'
import { exportDocument } from '../export.ts'
import { changeOne, removeOne } from '../resources.ts'
import { actions, counters } from './all.ts'

let desk: TestDesk
beforeEach(async () => {
  desk = await openTestDesk()
  const { fields } = waitUntil(desk)
  desk.fields = { ...desk.fields, actions: { ...desk.fields.actions, waitUntil: fields } }
  const document = {
    version: 1,
    counters: [{ name: 'load1', ssh: { script: 'echo 1' } }],
    actions: [{ name: 'calm', waitUntil: { counter: 'load1', until: '< 4', every: '3s' } }],
  }
  await applyDocument(desk, admin, { document })
})
afterEach(() => desk.close())

test('a counter that an action waits for is not removed', async () => {
  await expect(removeOne(desk, admin, counters, { of: 'load1' })).rejects.toMatchObject({
    code: 'in-use',
    message: expect.stringContaining('action "calm"'),
  })
})

test('an action names its counter, and takes fifteen minutes where nothing else is said', async () => {
  expect((await desk.store.actions.list())[0]).toMatchObject({
    fields: { counter: 1, every: 3_000 },
    timeoutMs: 900_000,
  })
  expect((await exportDocument(desk)).actions).toMatchObject([
    { name: 'calm', waitUntil: { counter: 'load1', until: '< 4', every: '3s' } },
  ])
})

test.each([
  { name: 'no threshold', given: { counter: 'load1', until: '4' }, path: 'waitUntil.until' },
  { name: 'a counter that is not there', given: { counter: 'load', until: '< 4' }, path: 'waitUntil.counter' },
  { name: 'a placeholder that is not known', given: { url: 'http://{{hots}}/' }, path: 'waitUntil.url' },
  { name: 'both', given: { counter: 'load1', until: '< 4', url: 'http://{{host}}/' }, path: 'waitUntil.counter' },
])('what is wrong is told when it is saved: $name', async ({ given, path }) => {
  const changed = changeOne(desk, admin, actions, { of: 'calm', given: { waitUntil: given } })
  await expect(changed).rejects.toMatchObject({ code: 'bad-input', findings: [{ path }] })
})
