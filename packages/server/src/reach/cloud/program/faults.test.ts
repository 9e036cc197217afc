import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type Cloud, CloudFailure } from '../cloud.ts'
import { cloudOf, orderOf, writeProgram } from './program.fixture.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'tscaler-program-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const lasting = new AbortController().signal

/** A cloud whose program does that, whatever it is asked. */
async function doing(text: string, some: Parameters<typeof cloudOf>[1] = {}) {
  return cloudOf([await writeProgram(folder, `#!/bin/sh\n${text}\n`)], some)
}

async function failureOf(call: Promise<unknown>): Promise<CloudFailure> {
  const thrown = await call.then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  if (thrown instanceof CloudFailure) return thrown
  throw new Error('no failure of a cloud', { cause: thrown })
}

describe.each([
  {
    name: 'what ends a machine may have done so',
    open: 'doubtful',
    ask: (cloud: Cloud) => cloud.end('m', 'terminate', lasting),
  },
  { name: 'what only looks has done nothing', open: 'unreachable', ask: (cloud: Cloud) => cloud.find('m', lasting) },
])('$name', ({ open, ask }) => {
  test.each([
    {
      name: 'exits with 3',
      text: 'echo no power >&2; exit 3',
      says: /ended with exit code 3; what it answers counts only with 0\. It said last: no power$/,
    },
    { name: 'prints garbage', text: 'echo oops', says: /gave an answer that can't be used: no JSON document: oops\.$/ },
    { name: 'prints nothing', text: 'exit 0', says: /gave an answer that can't be used: nothing\.$/ },
    { name: 'prints 2 MB', text: 'yes | head -c 2000000', says: /wrote more than 1000000 bytes and was ended\.$/ },
    { name: 'hangs', text: 'sleep 600', says: /gave no answer within 0\.3 s and was ended\.$/ },
    { name: 'is killed', text: 'kill -9 $$', says: /was ended by a signal\.$/ },
  ])('when the program $name', async ({ text, says }) => {
    const { cloud } = await doing(text, { callLimitMs: text.startsWith('sleep') ? 300 : 10_000 })
    const failure = await failureOf(ask(cloud))
    expect(failure).toMatchObject({ kind: open, message: expect.stringMatching(says) })
  })
})

test('trouble that the program tells is the failure, with its kind', async () => {
  const { cloud } = await doing(`echo '{"error":{"kind":"denied","message":"no right to end m-1"}}'`)
  const failure = await failureOf(cloud.end('m-1', 'terminate', lasting))
  expect(failure.kind).toBe('denied')
  expect(failure.message).toMatch(/^program-\d+ end says: no right to end m-1$/)
})

test('a call that is given up ends the program', async () => {
  const giving = new AbortController()
  const { cloud, said } = await doing('echo begun >&2; exec sleep 600')
  const failing = failureOf(cloud.end('m-1', 'terminate', giving.signal))
  await expect.poll(() => said).toHaveLength(1)
  giving.abort()
  expect(await failing).toMatchObject({ kind: 'doubtful', message: expect.stringContaining('was given up before') })
})

test('a launch is told all that the program needs, in one document', async () => {
  const { cloud } = await doing(`ask=$(cat); case $ask in
*launch*) printf '%s' "$ask" >${folder}/asked; echo '{"id":"m-1","state":"pending"}' ;;
*) if [ -f ${folder}/asked ]; then echo '{"id":"m-1","state":"pending"}'; else echo null; fi ;;
esac`)
  const hostKey = { privateKey: 'PRIVATE', publicKey: 'ssh-ed25519 AAAA' }
  await cloud.launch({ ...orderOf('token-1'), userData: '#cloud-config\n', hostKey }, lasting)
  expect(JSON.parse(await readFile(path.join(folder, 'asked'), 'utf8'))).toEqual({
    op: 'launch',
    token: 'token-1',
    name: 'shop01',
    cluster: 'shop',
    tags: { Name: 'shop01', Cluster: 'shop' },
    userData: '#cloud-config\n',
    hostKey,
  })
})

test('a program that forgets its tokens is found out at the first launch, and not asked to make another', async () => {
  const { cloud } = await doing(`case $(cat) in
*launch*) echo x >>${folder}/launches; echo "{\\"id\\":\\"m-$(wc -l <${folder}/launches)\\",\\"state\\":\\"running\\"}" ;;
*) echo null ;;
esac`)
  const failure = await failureOf(cloud.launch(orderOf('token-1'), lasting))
  expect(failure).toMatchObject({ kind: 'broken', message: expect.stringContaining('m-1, but byToken does not know') })
  expect(await failureOf(cloud.launch(orderOf('token-1'), lasting))).toBe(failure)
})

test('where it cannot be told whether there is a machine already, none is asked for', async () => {
  const { cloud } = await doing(`case $(cat) in
*launch*) echo '{"id":"m-1","state":"running"}' ;;
*) echo '{"error":{"kind":"not-found","message":"no such token"}}' ;;
esac`)
  const failure = await failureOf(cloud.launch(orderOf('token-1'), lasting))
  expect(failure.kind).toBe('broken')
  expect(failure.message).toMatch(
    /^Whether there is a machine already can't be told: program-\d+ byToken says: no such token$/,
  )
})

test('an answer about another machine than was asked for is not taken', async () => {
  const { cloud } = await doing(`echo '{"id":"m-2","state":"running"}'`)
  expect(await failureOf(cloud.find('m-1', lasting))).toMatchObject({
    kind: 'broken',
    message: 'find was asked for m-1 and answered with m-2: correct the program.',
  })
})

test('host keys: none yet, never any, and without their comments', async () => {
  const answer = (keys: string) => `echo '{"id":"m-1","state":"running"${keys}}'`
  expect(await (await doing(answer(',"hostKeys":[]'))).cloud.hostKeys('m-1', lasting)).toBeNull()
  const { cloud } = await doing(answer(',"hostKeys":["ssh-ed25519 AAAA root@rack"]'))
  expect(await cloud.hostKeys('m-1', lasting)).toEqual(['ssh-ed25519 AAAA'])
  expect((await failureOf((await doing(answer(''))).cloud.hostKeys('m-1', lasting))).kind).toBe('bad-request')
})

test('without a load balancer of its own there is none', async () => {
  const names = { loadBalancers: ['shop'], targetGroups: [] }
  expect((await doing('exit 1', { balancer: false })).cloud.balancers(names)).toEqual([])
})

test('what the program says is masked before it becomes a failure', async () => {
  const { cloud } = await doing('echo "the key $KEY" >&2; exit 1', {
    env: { KEY: 'sesame-1' },
    mask: (text) => text.replaceAll('sesame-1', '•••'),
  })
  expect((await failureOf(cloud.find('m-1', lasting))).message).toMatch(/It said last: the key •••$/)
})

test('a secret that is cut in half by what is shown of an answer is masked as a whole', async () => {
  const { cloud } = await doing('printf "%070d%s" 0 "$KEY"', {
    env: { KEY: 'sesame-sesame-sesame' },
    mask: (text) => text.replaceAll('sesame-sesame-sesame', '•••'),
  })
  expect((await failureOf(cloud.find('m-1', lasting))).message).toMatch(/no JSON document: 0{70}•••\.$/)
})
