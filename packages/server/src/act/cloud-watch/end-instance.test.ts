import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { unreachable, Watched } from './cloud-watch.fixture.ts'

let at: Watched
beforeEach(async () => {
  at = await Watched.open()
})
afterEach(() => at.close())

describe('ending a machine by hand', () => {
  const nothing = async () => {}

  test('ends an orphan, and one that a launch left, which is settled with it', async () => {
    const launch = await at.launch({ id: 99, name: 'shop02' }, { vmId: 'i-left' }, 'failed')
    at.cloud.add('i-left', { tags: at.tags('shop02') })
    const intents: string[] = []
    await at.watch.end('i-left', async () => void intents.push(...at.cloud.calls))
    expect(intents).not.toContain('end i-left')
    expect(at.cloud.calls).toContain('end i-left')
    expect(await at.house.store.launches.get(launch.id)).toMatchObject({ state: 'ended', error: 'ended by hand' })
  })

  test.each([
    { vmId: 'i-shop01', code: 'in-use', text: 'i-shop01 is the machine of node shop01. Remove the node first.' },
    { vmId: 'i-theirs', code: 'wrong-state', text: 'i-theirs does not carry the tag tscaler:installation=' },
    { vmId: 'i-ended', code: 'wrong-state', text: 'i-ended is terminated already.' },
    { vmId: 'i-new', code: 'wrong-state', text: 'is making node shop02 of i-new. Cancel it instead.' },
    { vmId: 'i-none', code: 'not-found', text: 'No cloud that tscaler asks knows i-none.' },
  ])('$vmId is refused: $text', async ({ vmId, code, text }) => {
    await at.node('shop01')
    at.cloud.add('i-theirs')
    at.cloud.add('i-ended', { state: 'terminated', tags: at.tags('old') })
    const coming = await at.house.node('shop02', { state: 'planned' })
    const { runId } = await at.launch(coming, { state: 'asked' }, 'running')
    at.cloud.add('i-new', { tags: at.tags('shop02', runId) })
    await expect(at.watch.end(vmId, nothing)).rejects.toMatchObject({ code, message: expect.stringContaining(text) })
    expect(at.cloud.calls.filter((call) => call.startsWith('end'))).toEqual([])
  })

  test('nothing is ended under a red stop, nor told to a cloud that can not be reached', async () => {
    await at.node('shop01')
    at.cloud.add('i-lost', { tags: at.tags('shop07') })
    await at.house.store.installation.update(1, { redStopAt: 1 })
    await expect(at.watch.end('i-lost', nothing)).rejects.toMatchObject({ code: 'refused-by-guard' })
    at.cloud.failure = unreachable()
    await expect(at.watch.end('i-lost', nothing)).rejects.toMatchObject({ code: 'cloud-failed', retryable: true })
  })
})
