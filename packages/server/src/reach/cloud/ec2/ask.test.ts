import { expect, test } from 'vitest'
import { FakeClock } from '../../../model/fake-clock.ts'
import { ANSWER_LIMIT_MS, ask, type Line, type Send } from './ask.ts'
import type { Call } from './call.ts'
import { EagerClock, failureOf, lasting } from './ec2.fixture.ts'
import { openPace } from './pace.ts'
import { WireTrouble } from './wire.ts'

const call: Call = {
  api: 'EC2',
  region: 'eu-west-1',
  action: 'RunInstances',
  about: 'm7g.large in subnet-a',
  shape: null,
  secrets: [],
}
const cut = new WireTrouble('lost the connection', { sent: true, again: true })
const unsent = new WireTrouble('could not be asked', { sent: false, again: true })
const late = new WireTrouble('got no answer within 20 s', { sent: true, again: false })

/** Fails in turn with each of `outcomes`, then answers. */
function failing(...outcomes: Error[]): { send: Send<string>; sent: () => number } {
  let count = 0
  return {
    sent: () => count,
    async send() {
      const outcome = outcomes[count]
      count += 1
      if (outcome !== undefined) throw outcome
      return 'answer'
    },
  }
}

function lineOf(clock: FakeClock = new EagerClock()): Line {
  return { clock, pace: openPace(clock) }
}

function refusal(code: string, metadata: object = {}): Error {
  return Object.assign(new Error(`said of ${code}`), { name: code, $metadata: { httpStatusCode: 400, ...metadata } })
}

test.each([
  { name: 'an answer', outcomes: [], sent: 1 },
  { name: 'a broken connection', outcomes: [cut], sent: 2 },
  { name: 'two broken connections', outcomes: [cut, unsent], sent: 3 },
  { name: 'throttled', outcomes: [refusal('RequestLimitExceeded')], sent: 2 },
  {
    name: 'a clock that the SDK has set right',
    outcomes: [refusal('RequestExpired', { clockSkewCorrected: true })],
    sent: 2,
  },
])('it goes well after $name', async ({ outcomes, sent }) => {
  const tried = failing(...outcomes)
  expect(await ask(lineOf(), call, tried.send, lasting)).toBe('answer')
  expect(tried.sent()).toBe(sent)
})

test.each([
  { name: 'three broken connections', outcomes: [cut, cut, cut], sent: 3, kind: 'doubtful' },
  { name: 'no connection three times', outcomes: [unsent, unsent, unsent], sent: 3, kind: 'unreachable' },
  { name: 'a broken connection, then none', outcomes: [cut, unsent, unsent], sent: 3, kind: 'doubtful' },
  {
    name: 'a broken connection, then throttled',
    outcomes: [cut, refusal('Throttling'), refusal('Throttling')],
    sent: 3,
    kind: 'doubtful',
  },
  {
    name: 'a broken connection, then refused',
    outcomes: [cut, refusal('UnauthorizedOperation')],
    sent: 2,
    kind: 'doubtful',
  },
  {
    name: 'no connection, then refused',
    outcomes: [unsent, refusal('UnauthorizedOperation')],
    sent: 2,
    kind: 'denied',
  },
  { name: 'refused', outcomes: [refusal('InvalidAMIID.NotFound')], sent: 1, kind: 'not-found' },
  { name: 'no capacity', outcomes: [refusal('InsufficientInstanceCapacity')], sent: 1, kind: 'no-capacity' },
  { name: 'an answer that is late', outcomes: [late], sent: 1, kind: 'doubtful' },
  { name: 'a clock that is wrong', outcomes: [refusal('RequestExpired')], sent: 1, kind: 'denied' },
  { name: 'a fault of our own', outcomes: [new TypeError('not a function')], sent: 1, kind: 'bad-request' },
])('it fails after $name', async ({ outcomes, sent, kind }) => {
  const tried = failing(...outcomes)
  expect(await failureOf(ask(lineOf(), call, tried.send, lasting))).toMatchObject({ kind })
  expect(tried.sent()).toBe(sent)
})

test('given up before it is sent, nothing is sent', async () => {
  const tried = failing()
  expect(await failureOf(ask(lineOf(), call, tried.send, AbortSignal.abort()))).toMatchObject({
    kind: 'unreachable',
    message:
      'EC2 eu-west-1: RunInstances of m7g.large in subnet-a was given up before it was sent, and nothing was done; ask again if it is still wanted.',
  })
  expect(tried.sent()).toBe(0)
})

test.each([
  { name: 'a broken connection', outcome: cut, kind: 'doubtful' },
  { name: 'no connection', outcome: unsent, kind: 'unreachable' },
])('given up in the pause after $name, it ends at once', async ({ outcome, kind }) => {
  const giving = new AbortController()
  const clock = new FakeClock()
  const tried = failing(outcome)
  const asking = failureOf(ask(lineOf(clock), call, tried.send, giving.signal))
  await new Promise((resolve) => setImmediate(resolve))
  giving.abort()
  expect(await asking).toMatchObject({ kind })
  expect(tried.sent()).toBe(1)
})

test('what never gets as far as the wire is not sent when its time is over', async () => {
  const clock = new FakeClock()
  const asking = failureOf(ask(lineOf(clock), call, () => new Promise(() => {}), lasting))
  await new Promise((resolve) => setImmediate(resolve))
  clock.advance(ANSWER_LIMIT_MS - 1)
  clock.advance(1)
  expect(await asking).toMatchObject({ kind: 'unreachable' })
})

test('a throttled account asks less often, and as often as it likes again after answers', async () => {
  const clock = new EagerClock()
  const line = lineOf(clock)
  await ask(line, call, failing(refusal('RequestLimitExceeded'), refusal('RequestLimitExceeded')).send, lasting)
  const from = clock.monotonic()
  await ask(line, call, failing().send, lasting)
  expect(clock.monotonic() - from).toBeGreaterThanOrEqual(500)
  await ask(line, call, failing().send, lasting)
  await ask(line, call, failing().send, lasting)
  const quiet = clock.monotonic()
  await ask(line, call, failing().send, lasting)
  expect(clock.monotonic()).toBe(quiet)
})
