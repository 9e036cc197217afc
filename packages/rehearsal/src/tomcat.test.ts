import { existsSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type DumpLine, dumpMBeans } from './java-client.ts'
import { requirePart } from './parts.ts'
import { startTomcat, type Tomcat } from './tomcat.ts'

const { skip } = requirePart('java', 'tomcat')

describe.skipIf(skip)('a Tomcat', () => {
  let tomcat: Tomcat
  let lines: DumpLine[]

  beforeAll(async () => {
    tomcat = await startTomcat({ password: { user: 'ops', password: 's3cret' } })
  })

  afterAll(async () => {
    await tomcat.stop()
    expect(existsSync(tomcat.folder)).toBe(false)
  })

  const numberOf = (mbean: string, attribute: string) =>
    Number(lines.find((line) => line.mbean.startsWith(mbean) && line.attribute === attribute)?.text)

  test('has its real MBeans, whose numbers follow requests and sessions', async () => {
    await tomcat.openSessions(3)
    lines = await dumpMBeans(tomcat, { mbeans: 'Catalina:*', classPath: tomcat.classPath })
    expect(lines.length).toBeGreaterThan(400)
    expect(numberOf('Catalina:type=Manager', 'activeSessions')).toBe(3)
    expect(numberOf('Catalina:type=GlobalRequestProcessor', 'requestCount')).toBeGreaterThanOrEqual(4)
    const failures = lines.map(({ failure }) => failure)
    expect(failures).toContain('java.io.NotSerializableException')
  })

  test('has busy threads while requests are slow', async () => {
    const slow = tomcat.keepBusy(4, 3_000)
    lines = await dumpMBeans(tomcat, { mbeans: 'Catalina:*', classPath: tomcat.classPath })
    await slow
    expect(numberOf('Catalina:type=ThreadPool', 'currentThreadsBusy')).toBe(4)
  })

  test('comes back where it was after a kill, without its sessions', async () => {
    const { host, port, httpPort, pid } = tomcat
    await tomcat.restart()
    expect(tomcat).toMatchObject({ host, port, httpPort })
    expect(tomcat.pid).not.toBe(pid)
    lines = await dumpMBeans(tomcat, { mbeans: 'Catalina:type=Manager,*' })
    expect(numberOf('Catalina:type=Manager', 'activeSessions')).toBe(0)
  })
})
