import { afterEach, describe, expect, test } from 'vitest'
import { isFree } from './address.ts'
import { type ConnectorServers, startConnectorServers } from './connector-servers.ts'
import { benchJava, dumpMBeans } from './java-client.ts'
import { requirePart } from './parts.ts'

const { skip } = requirePart('java')
let servers: ConnectorServers | undefined

afterEach(async () => {
  await servers?.stop()
})

describe.skipIf(skip)('connector servers', () => {
  test('are many, each with a port of its own, in one JVM', async () => {
    servers = await startConnectorServers(50, { counterMBeans: 2 })
    const { addresses } = servers
    expect(new Set(addresses.map(({ port }) => port)).size).toBe(50)
    expect(Math.max(...addresses.map(({ port }) => port))).toBeLessThan(32_768)
    expect(servers.processes()).toEqual([servers.pid])
    for (const address of [addresses[0]!, addresses[49]!]) {
      const mbeans = (await dumpMBeans(address, { mbeans: 'rehearsal:*' })).map(({ mbean }) => mbean)
      expect(mbeans).toContain('rehearsal:type=Counters,n=1')
    }
    await servers.kill()
    expect(await isFree(addresses[7]!)).toBe(true)
  })

  test("are read by Java's own client as fast as it can", async () => {
    servers = await startConnectorServers(2, { counterMBeans: 2 })
    const bench = { connectionsEach: 2, warmUpS: 0, forS: 1, mbeans: 2 }
    for (const reads of ['single', 'bulk'] as const) {
      const { values, wallS, cpuS } = await benchJava(servers.addresses, { ...bench, reads })
      expect(values).toBeGreaterThan(10)
      expect(wallS).toBeGreaterThanOrEqual(1)
      expect(cpuS).toBeGreaterThan(0)
    }
  })

  test('more than there are ports for are refused', async () => {
    await expect(startConnectorServers(0)).rejects.toThrow('got 0, expected 1 to 2000')
  })
})
