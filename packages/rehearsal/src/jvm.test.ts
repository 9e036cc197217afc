import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { readFile, stat } from 'node:fs/promises'
import { connect, createConnection } from 'node:net'
import { join } from 'node:path'
import { connect as tlsConnect } from 'node:tls'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { freeAddress, isFree } from './address.ts'
import { dumpMBeans, steadyLines } from './java-client.ts'
import { type Jvm, type JvmOptions, startJvm } from './jvm.ts'
import { requirePart } from './parts.ts'
import { processesOf } from './processes.ts'

const { skip } = requirePart('java')
const jvms: Jvm[] = []

afterEach(async () => {
  await Promise.all(jvms.splice(0).map((jvm) => jvm.stop()))
})

async function start(options?: JvmOptions): Promise<Jvm> {
  const jvm = await startJvm(options)
  jvms.push(jvm)
  return jvm
}

async function textOf(jvm: Jvm, mbean: string, attribute: string): Promise<string | undefined> {
  return (await dumpMBeans(jvm, { mbeans: mbean })).find((line) => line.attribute === attribute)?.text
}

describe.skipIf(skip)('a JVM', () => {
  test("lets Java's own client read every kind of value, and says why where it can't", async () => {
    const jvm = await start()
    expect(jvm.host).toMatch(/^127\.0\.\d+\.\d+$/)
    expect(jvm.port).toBeLessThan(32_768)
    expect(jvm.rmiPort).toBe(jvm.port)
    const mbeans = 'rehearsal:*'
    const [before, after] = [await dumpMBeans(jvm, { mbeans }), await dumpMBeans(jvm, { mbeans })]
    const line = (attribute: string) => before.find((one) => one.attribute === attribute)
    expect(line('LongPastSafe')).toMatchObject({
      mbean: 'rehearsal:type=Kinds',
      type: 'long',
      text: '9007199254740993',
    })
    expect(line('TextAstral')?.text).toBe(String.raw`"\u00e9\u20ac\ud83d\ude00!"`)
    expect(line('Composite')?.text).toBe('{"composite":{"bytes":2048,"count":7,"name":"shop"}}')
    expect(line('ThrowsChecked')).toMatchObject({ text: undefined, failure: 'java.lang.Exception' })
    expect(line('NotSerializable')?.failure).toBe('java.io.NotSerializableException')
    const steady = steadyLines(before, after)
    expect(steady).toContainEqual(line('Composite'))
    expect(steady.map(({ attribute }) => attribute)).not.toContain('Requests')
  })

  test('asks for a login, whose files nobody else may read', async () => {
    const jvm = await start({ password: { user: 'ops', password: 's3cret' } })
    expect((await stat(join(jvm.folder, 'password'))).mode & 0o777).toBe(0o600)
    expect((await stat(join(jvm.folder, 'access'))).mode & 0o777).toBe(0o600)
    const { host, port } = jvm
    await expect(dumpMBeans({ host, port })).rejects.toThrow('Credentials required')
    await expect(dumpMBeans({ host, port, user: 'ops', password: 'guess' })).rejects.toThrow('Authentication failed')
    expect(await textOf(jvm, 'rehearsal:type=Knob', 'Label')).toBe('"first"')
    await jvm.restart()
    expect(await textOf(jvm, 'rehearsal:type=Knob', 'Label')).toBe('"first"')
  })

  test('speaks TLS on the connection, by a certificate for its address, and asks for none of the client', async () => {
    const jvm = await start({ tls: {} })
    expect(jvm.rmiPort).not.toBe(jvm.port)
    expect(jvm.tls).toEqual({ ca: expect.stringContaining('BEGIN CERTIFICATE'), registry: false })
    const socket = tlsConnect({ host: jvm.host, port: jvm.rmiPort, ca: jvm.tls?.ca })
    await once(socket, 'secureConnect')
    socket.destroy()
    expect(await textOf(jvm, 'rehearsal:type=Knob', 'Label')).toBe('"first"')
  })

  test("speaks TLS everywhere on one port and insists on the client's certificate", async () => {
    const jvm = await start({ tls: { registry: true, clientCertificate: true } })
    expect(jvm.rmiPort).toBe(jvm.port)
    const { ca, cert, key } = jvm.tls ?? {}
    const stranger = tlsConnect({ host: jvm.host, port: jvm.port, ca })
    // With TLS 1.3 the refusal comes after the client's own handshake.
    expect(await once(stranger, 'error').catch((error: unknown) => [error])).toMatchObject([
      { code: /^ERR_SSL|ECONNRESET/ },
    ])
    const friend = tlsConnect({ host: jvm.host, port: jvm.port, ca, cert, key })
    friend.write(Buffer.from('4a524d4900024b', 'hex'))
    expect((await once(friend, 'data'))[0][0]).toBe(0x4e)
    friend.destroy()
    expect(await textOf(jvm, 'rehearsal:type=Knob', 'Label')).toBe('"first"')
  })

  test('may have its connection at another fixed port, or where it likes', async () => {
    const [other, random] = await Promise.all([start({ rmiPort: 'other' }), start({ rmiPort: 'random' })])
    for (const jvm of [other, random]) {
      expect(jvm.rmiPort).not.toBe(jvm.port)
      expect(await isFree({ host: jvm.host, port: jvm.rmiPort })).toBe(false)
    }
    expect(other.rmiPort).toBeLessThan(32_768)
  })

  test('announces whatever host it is told, in the stub', async () => {
    const jvm = await start({ announcedHost: '203.0.113.9' })
    expect((await lookup(jvm)).includes('203.0.113.9')).toBe(true)
    expect((await lookup(await start())).includes('127.0.')).toBe(true)
  })

  test('moves its heap when told, and rings', async () => {
    const jvm = await start({ heapMb: 96 })
    const used = async () =>
      Number(/"used":(\d+)/.exec((await textOf(jvm, 'java.lang:type=Memory', 'HeapMemoryUsage')) ?? '')?.[1])
    await jvm.holdMemory(0)
    const before = await used()
    await jvm.holdMemory(40)
    expect((await used()) - before).toBeGreaterThan(30e6)
    await Promise.all([jvm.makeGarbage(200), jvm.ring(3)])
    expect(await textOf(jvm, 'rehearsal:type=Bell', 'Rung')).toBe('3')
  })

  test('frozen, it takes connections and says nothing; thawed, it goes on', async () => {
    const jvm = await start()
    jvm.freeze()
    const socket = createConnection(jvm)
    await once(socket, 'connect')
    const greeting = once(socket, 'data')
    socket.write(Buffer.from('4a524d4900024b', 'hex'))
    expect((await readFile(`/proc/${jvm.pid}/stat`, 'utf8')).replace(/^.*\) /s, '')[0]).toBe('T')
    jvm.thaw()
    expect((await greeting)[0][0]).toBe(0x4e)
    socket.destroy()
  })

  test('leaves a silent connection as soon as it is told', async () => {
    const socket = createConnection(await start({ readTimeoutMs: 200 }))
    socket.write(Buffer.from('4a524d4900024b', 'hex'))
    socket.resume()
    await once(socket, 'end')
    socket.destroy()
  })

  test('killed, nothing listens; started again, it is where it was', async () => {
    const jvm = await start()
    const { host, port, pid } = jvm
    await jvm.kill()
    expect(await isFree({ host, port })).toBe(true)
    await jvm.restart()
    expect(jvm).toMatchObject({ host, port })
    expect(jvm.pid).not.toBe(pid)
    expect(await isFree({ host, port })).toBe(false)
  })

  test('at an address that is taken it fails and says so', async () => {
    const jvm = await start()
    await expect(startJvm({ address: { host: jvm.host, port: jvm.port } })).rejects.toThrow('Port already in use')
    expect((await start({ address: await freeAddress(), flags: ['-Dshop=1'] })).port).toBeGreaterThan(0)
  })

  test('an order that it does not survive is an error', async () => {
    const jvm = await start({ heapMb: 32 })
    await expect(jvm.holdMemory(500)).rejects.toThrow('OutOfMemoryError')
  })

  test('ends with the process that started it, folder and all', async () => {
    const script = `
      const { startJvm } = await import('./jvm.ts')
      const jvm = await startJvm(); console.log(jvm.host, jvm.port, jvm.folder); setInterval(() => {}, 1000)`
    const owner = spawn(process.execPath, ['--input-type=module', '-e', script], { cwd: import.meta.dirname })
    const words = String((await once(owner.stdout, 'data'))[0])
      .trim()
      .split(' ')
    const [host = '', port, folder = ''] = words
    owner.kill('SIGKILL')
    await vi.waitFor(() => expect(existsSync(folder)).toBe(false), 5_000)
    expect(processesOf({ root: undefined, tag: `REHEARSAL_NODE=${folder.split('/').at(-1)}` })).toEqual([])
    expect(await isFree({ host, port: Number(port) })).toBe(true)
  })
})

/** What the registry answers for `jmxrmi`, as text. */
async function lookup({ host, port }: Jvm): Promise<string> {
  const socket = connect({ host, port })
  const objectId = '00'.repeat(22) // the registry's
  const call = `50aced00057722${objectId}0000000244154dc9d4e63bdf7400066a6d78726d69`
  socket.write(Buffer.from(`4a524d4900024b000000000000${call}`, 'hex'))
  let answer = ''
  while (!answer.includes('UnicastRef')) answer += String((await once(socket, 'data'))[0])
  socket.destroy()
  return answer
}
