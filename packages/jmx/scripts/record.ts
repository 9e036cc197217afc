// Records replies of a real JVM into ../testcases/, one file each: node packages/jmx/scripts/record.ts
// Needs a JDK. What the files hold is described in testcases/README.md.
import { once } from 'node:events'
import { mkdirSync, writeFileSync } from 'node:fs'
import { connect as connectTcp } from 'node:net'
import path from 'node:path'
import { type Jvm, startJvm } from '@tscaler/rehearsal/jvm.ts'
import { connect, type JmxConnection } from '../src/jmx.ts'
import type { ResultKind } from '../src/jrmp/return-decoder.ts'

/** One recorded reply. */
interface Recorded {
  file: string
  kind: ResultKind
  /** What was asked for, when these are attributes. */
  answers?: 'one' | string[]
}

const folder = path.join(import.meta.dirname, '../testcases')
const KINDS = 'rehearsal:type=Kinds'
const BROKEN = 'rehearsal:type=Broken'
/** Op byte and stream header. */
const REPLY_START = Buffer.from('51aced0005', 'hex')
const recorded: Recorded[] = []

/** All connections' bytes from the JVM since the last `take`. */
class Tap {
  #bytes: Buffer[] = []

  async open(host: string, port: number) {
    const socket = connectTcp(port, host)
    await once(socket, 'connect')
    socket.on('data', (chunk) => this.#bytes.push(chunk))
    return socket
  }

  take(): Buffer {
    return Buffer.concat(this.#bytes.splice(0))
  }
}

async function main(): Promise<void> {
  mkdirSync(folder, { recursive: true })
  const jvm = await startJvm({ flags: [] })
  try {
    const tap = new Tap()
    const connection = await connect({ host: jvm.host, port: jvm.port, socket: (host, port) => tap.open(host, port) })
    recordLogin(tap.take())
    await recordCalls(connection, jvm, tap)
    await connection.close()
  } finally {
    await jvm.stop()
  }
  writeFileSync(path.join(folder, 'index.json'), `${JSON.stringify(recorded, undefined, 1)}\n`)
}

/** Registry and connection share a port, so that the greeting, the lookup's reply and the login's follow on one connection. */
function recordLogin(bytes: Buffer): void {
  const lookup = bytes.indexOf(REPLY_START)
  const login = bytes.indexOf(REPLY_START, lookup + 1)
  keep('lookup', 'object', bytes.subarray(lookup, login))
  keep('newClient', 'object', bytes.subarray(login))
}

async function recordCalls(connection: JmxConnection, jvm: Jvm, tap: Tap): Promise<void> {
  const record = async (name: string, kind: ResultKind, call: Promise<unknown>, answers?: Recorded['answers']) => {
    await call.catch(() => undefined)
    keep(name, kind, replyIn(tap.take()), answers)
  }
  const { attributes } = await connection.getMBeanInfo(KINDS)
  tap.take()
  for (const { name } of attributes)
    if (name !== 'TextLong') await record(`kinds-${name}`, 'object', connection.getAttribute(KINDS, name), 'one')
  const bulk = async (name: string, mbean: string, names: string[]) =>
    record(name, 'object', connection.prepare(mbean, names).read(), names)
  const counters = [
    'Requests',
    'Errors',
    'BytesSent',
    'BytesReceived',
    'Sessions',
    'UptimeMs',
    'Load',
    'BusyShare',
    'Threads',
    'Queued',
  ]
  await bulk('bulk-counters', 'rehearsal:type=Counters,n=0', counters)
  await bulk('bulk-memory', 'java.lang:type=Memory', [
    'HeapMemoryUsage',
    'NonHeapMemoryUsage',
    'ObjectPendingFinalizationCount',
  ])
  await bulk('bulk-mixed', 'rehearsal:type=Mixed', ['Pool', 'Pools', 'Sizes', 'PoolsByName', 'Tags', 'Total', 'Open'])
  await bulk('bulk-arrays', KINDS, ['Ints', 'Longs', 'Doubles', 'Booleans', 'Date', 'Long', 'BooleanByGet', 'Text'])
  await record('exception-missing-attribute', 'object', connection.getAttribute(KINDS, 'Missing'), 'one')
  await record('exception-missing-mbean', 'object', connection.getAttribute('rehearsal:type=Nobody', 'X'), 'one')
  await record('exception-wrapped', 'object', connection.getAttribute(BROKEN, 'ThrowsChecked'), 'one')
  await record('domains', 'object', connection.getDomains())
  await record('names', 'object', connection.queryNames('java.lang:*'))
  await record('info-knob', 'object', connection.getMBeanInfo('rehearsal:type=Knob'))
  await record('info-memory', 'object', connection.getMBeanInfo('java.lang:type=Memory'))
  await record('registered', 'boolean', connection.isRegistered(KINDS))
  await record(
    'invoke-threads',
    'object',
    connection.invoke('java.lang:type=Threading', 'dumpAllThreads', [true, true], {
      signature: ['boolean', 'boolean'],
    }),
  )
  await connection.setAttribute('rehearsal:type=Knob', 'Size', 4, { type: 'int' })
  tap.take()
  await record('void', 'void', connection.setAttribute('rehearsal:type=Knob', 'Size', 5, { type: 'int' }))
  await recordNotifications(connection, jvm, tap)
  // These end the connection, so that they come last.
  await recordBroken(connection, tap, 'NotSerializable')
  await recordBroken(connection, tap, 'PartlySerializable')
  await recordBroken(connection, tap, 'Externalizable')
}

async function recordNotifications(connection: JmxConnection, jvm: Jvm, tap: Tap): Promise<void> {
  let heard = (): void => {}
  const rung = new Promise<void>((resolve) => {
    heard = resolve
  })
  const subscription = await connection.subscribe('rehearsal:type=Bell', { notification: () => heard() })
  tap.take()
  await jvm.ring(3)
  await rung
  keep('notifications', 'object', replyIn(tap.take()))
  await subscription.close()
  tap.take()
}

async function recordBroken(connection: JmxConnection, tap: Tap, name: string): Promise<void> {
  await connection.getAttribute(BROKEN, name).catch(() => undefined)
  keep(`broken-${name}`, 'object', replyIn(tap.take()), 'one')
}

/** Without the greeting that comes first on a new connection. */
function replyIn(bytes: Buffer): Buffer {
  return bytes.subarray(bytes.indexOf(REPLY_START))
}

function keep(name: string, kind: ResultKind, bytes: Uint8Array, answers?: Recorded['answers']): void {
  const file = `${name}.reply`
  writeFileSync(path.join(folder, file), bytes)
  recorded.push({ file, kind, ...(answers && { answers }) })
}

await main()
