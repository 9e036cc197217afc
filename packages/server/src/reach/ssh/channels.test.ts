import { describe, expect, test } from 'vitest'
import { FakeClock } from '../../model/fake-clock.ts'
import { Channels } from './channels.ts'

/** Takes a channel and writes its name down once it has it. */
function taker(channels: Channels, got: string[]): (name: string, place: 'round' | 'urgent' | 'behind') => void {
  return (name, place) => void channels.take(place).then(() => got.push(name))
}

describe('channels of a connection', () => {
  test('ten at a time, three of them not for followed output', async () => {
    const channels = new Channels(new FakeClock())
    const got: string[] = []
    const take = taker(channels, got)
    for (let count = 1; count <= 8; count += 1) take(`follow ${count}`, 'behind')
    take('round', 'round')
    take('kill', 'urgent')
    take('start', 'urgent')
    take('look', 'urgent')
    await Promise.resolve()
    expect(got).toHaveLength(10)
    expect(got).not.toContain('follow 8')
    expect(got).not.toContain('look')
  })

  test('what is given back goes to rounds and people first', async () => {
    const channels = new Channels(new FakeClock())
    const got: string[] = []
    const take = taker(channels, got)
    for (let count = 1; count <= 10; count += 1) take('first', 'urgent')
    take('follow', 'behind')
    take('round', 'round')
    channels.giveBack()
    await Promise.resolve()
    expect(got.at(-1)).toBe('round')
    for (let count = 0; count < 4; count += 1) channels.giveBack()
    await Promise.resolve()
    expect(got.at(-1)).toBe('follow')
  })

  test('a server that allows fewer is asked for no more, for half a second', async () => {
    const clock = new FakeClock()
    const channels = new Channels(clock)
    const got: string[] = []
    const take = taker(channels, got)
    take('round', 'round')
    take('refused', 'urgent')
    await Promise.resolve()
    channels.giveBack()
    expect(channels.refused()).toBe(true)
    take('waits', 'urgent')
    clock.advance(499)
    await Promise.resolve()
    expect(got).not.toContain('waits')
    clock.advance(1)
    await Promise.resolve()
    expect(got).toContain('waits')
  })

  test('a server that refuses the only one allows none', () =>
    expect(new Channels(new FakeClock()).refused()).toBe(false))
})
