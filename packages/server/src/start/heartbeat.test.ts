import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { FakeClock } from '../model/fake-clock.ts'
import { startHeartbeat } from './heartbeat.ts'

const closing: (() => void)[] = []
afterEach(() => {
  for (const close of closing.splice(0)) close()
})

async function open(status: number, ailment: string | null) {
  let called = () => {}
  const calls = new Promise<void>((resolve) => {
    called = resolve
  })
  const server = createServer((_request, response) => {
    response.writeHead(status).end()
    called()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const clock = new FakeClock()
  const reports: string[] = []
  let reported = () => {}
  const report = new Promise<void>((resolve) => {
    reported = resolve
  })
  const stop = startHeartbeat({
    clock,
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/?key=secret`,
    ailment: async () => ailment,
    report: (text) => {
      reports.push(text)
      reported()
    },
  })
  closing.push(stop, () => server.close())
  return { clock, calls, report, reports }
}

test('a healthy tscaler calls once a minute', async () => {
  const { clock, calls, reports } = await open(200, null)
  clock.advance(60_000)
  await calls
  expect(reports).toEqual([])
})

test('an ailing one is silent and says why in its log', async () => {
  const { clock, report, reports } = await open(200, 'no round was done for a minute')
  clock.advance(60_000)
  await report
  expect(reports).toEqual(['No heartbeat is sent: no round was done for a minute'])
})

test('an address that refuses is told of without its secret', async () => {
  const { clock, report, reports } = await open(404, null)
  clock.advance(60_000)
  await report
  expect(reports).toEqual(["The heartbeat's address answered 404. Correct TSCALER_HEARTBEAT_URL."])
})
