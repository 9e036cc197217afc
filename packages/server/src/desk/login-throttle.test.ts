import fc from 'fast-check'
import { beforeEach, describe, expect, test } from 'vitest'
import { FakeClock } from '../model/fake-clock.ts'
import { LoginThrottle } from './login-throttle.ts'

let clock: FakeClock
let throttle: LoginThrottle
beforeEach(() => {
  clock = new FakeClock()
  throttle = new LoginThrottle(clock)
})

const ada = { name: 'ada', address: '10.0.0.1' }
let others = 0
/** A guess at a name from an address that nobody used before. */
function elsewhere() {
  others += 1
  return { name: 'ada', address: `10.1.${others >> 8}.${others & 255}` }
}

test('the first five wrong tries of a name cost nothing, then each doubles the wait, up to a quarter of an hour', () => {
  const waits: number[] = []
  for (let n = 0; n < 18; n++) {
    const waitMs = throttle.begin(elsewhere())
    waits.push(waitMs)
    if (waitMs > 0) {
      clock.advance(waitMs)
      expect(throttle.begin(elsewhere())).toBe(0)
    }
  }
  expect(waits.slice(0, 5)).toEqual([0, 0, 0, 0, 0])
  expect(waits.slice(5, 10)).toEqual([2_000, 4_000, 8_000, 16_000, 32_000])
  expect(waits.at(-1)).toBe(900_000)
})

test('a hundred guesses at once are no better than one after the other', () => {
  const begun = Array.from({ length: 100 }, () => throttle.begin(elsewhere())).filter((waitMs) => waitMs === 0)
  expect(begun).toHaveLength(5)
})

test('a name is the same in capitals', () => {
  for (let n = 0; n < 5; n++) throttle.begin({ ...elsewhere(), name: n % 2 ? 'ADA' : 'Ada' })
  expect(throttle.begin(ada)).toBe(2_000)
})

test('a right try starts the name anew, and leaves the address its wrong ones: its owner may guess other names', () => {
  const guess = (n: number) => ({ name: `name${n}`, address: ada.address })
  for (let n = 0; n < 19; n++) throttle.begin(guess(n))
  throttle.begin(ada)
  throttle.right(ada)
  expect(throttle.begin(guess(19))).toBe(0)
  expect(throttle.begin(guess(20))).toBe(2_000)
})

test('a try that was neither right nor wrong does not count', () => {
  for (let n = 0; n < 50; n++) {
    expect(throttle.begin(ada)).toBe(0)
    throttle.neither(ada)
  }
})

test('asking whether a code is needed buys nobody who guesses codes more tries than the free ones', () => {
  let guesses = 0
  for (let n = 0; n < 100; n++) {
    const one = elsewhere()
    if (throttle.begin(one) === 0) throttle.neither(one)
    if (throttle.begin(elsewhere()) === 0) guesses += 1
  }
  expect(guesses).toBe(5)
})

test('half an hour without a wrong try forgets them', () => {
  for (let n = 0; n < 5; n++) throttle.begin(ada)
  clock.advance(1_800_000)
  for (let n = 0; n < 5; n++) expect(throttle.begin(ada)).toBe(0)
})

describe('an address', () => {
  test.each([
    {
      name: 'of IPv6 counts by its first 64 bits',
      one: '2001:db8:1:2::1',
      other: '2001:db8:1:2:ffff:0:1:9',
      same: true,
    },
    { name: 'of the next network is another', one: '2001:db8:1:2::1', other: '2001:db8:1:3::1', same: false },
    { name: 'that is shortened in front is itself', one: '::1', other: '0:0:0:0:0:0:0:2', same: true },
    { name: 'of IPv4 is itself', one: '10.0.0.1', other: '10.0.0.2', same: false },
    { name: 'of IPv4 in IPv6 is itself', one: '::ffff:10.0.0.1', other: '::ffff:10.0.0.2', same: false },
  ])('$name', ({ one, other, same }) => {
    for (let n = 0; n < 20; n++) expect(throttle.begin({ name: `name${n}`, address: one })).toBe(0)
    expect(throttle.begin({ name: 'x', address: other })).toBe(same ? 2_000 : 0)
  })
})

test('however many names are tried, only the newest ten thousand are remembered', () => {
  for (let n = 0; n < 4; n++) throttle.begin(elsewhere())
  for (let n = 0; n < 10_000; n++) throttle.begin({ name: `name${n}`, address: `10.2.${n >> 8}.${n & 255}` })
  for (let n = 0; n < 5; n++) expect(throttle.begin(elsewhere())).toBe(0)
})

test('no order of tries gives a name more guesses than its five and those that it waited for', () => {
  const step = fc.constantFrom('guess', 'neither', 'wait') as fc.Arbitrary<'guess' | 'neither' | 'wait'>
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const time = new FakeClock()
      const one = new LoginThrottle(time)
      let [guesses, waits] = [0, 0]
      for (const [n, kind] of steps.entries()) {
        const trier = { name: 'ada', address: `10.0.0.${n}` }
        if (kind === 'wait') {
          time.advance(2_000)
          waits += 1
        } else if (one.begin(trier) === 0) {
          if (kind === 'neither') one.neither(trier)
          else guesses += 1
        }
      }
      expect(guesses).toBeLessThanOrEqual(5 + waits)
    }),
  )
})
