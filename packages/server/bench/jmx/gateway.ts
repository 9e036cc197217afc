import { existsSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { type Address, freeAddress } from '@tscaler/rehearsal/address.ts'
import { JavaProcess } from '@tscaler/rehearsal/java-process.ts'
import { cpuSecondsOf, memoryMbOf } from '../processes.ts'
import { counterNames } from './questions.ts'

/** Where Debian's zabbix-java-gateway lies; its manifest names the other jars. */
const debianJar = '/usr/sbin/zabbix-java-gateway.jar'

/** Its class path: the one given, or Debian's where that is installed, or undefined. */
export function gatewayClassPath(given: string | undefined): string | undefined {
  return given ?? (existsSync(debianJar) ? debianJar : undefined)
}

/** What the gateway did. */
export interface GatewayFigures {
  /** CPU-s per 1,000 values, the gateway's own. */
  ownCpu: number
  valuesPerS: number
  rssMb: number
}

/** Its pollers at first, and so many requests at a time. */
const pollers = 5

/**
 * Has Zabbix's Java gateway read the ten counters of an MBean in one request, over and over, as its server asks it to.
 */
export async function measureGateway(
  classPath: string,
  jvms: readonly Address[],
  { warmUpS, forS }: { warmUpS: number; forS: number },
): Promise<GatewayFigures> {
  const java = new JavaProcess(await mkdtemp(join(tmpdir(), 'bench-gateway-')))
  try {
    const address = await startGateway(java, classPath)
    await ask(address, jvms, warmUpS)
    const before = cpuSecondsOf([java.pid])
    const beganAt = performance.now()
    const values = await ask(address, jvms, forS)
    const wallS = (performance.now() - beganAt) / 1e3
    const cpuS = cpuSecondsOf([java.pid]) - before
    return { ownCpu: (cpuS * 1_000) / values, valuesPerS: values / wallS, rssMb: memoryMbOf(java.pid).rssMb }
  } finally {
    await java.kill()
    await rm(java.folder, { recursive: true, force: true })
  }
}

/** As Debian's unit starts it, with a log that says no more than that it listens. */
async function startGateway(java: JavaProcess, classPath: string): Promise<Address> {
  const address = await freeAddress()
  const log = join(java.folder, 'logback.xml')
  const appender =
    '<appender name="A" class="ch.qos.logback.core.ConsoleAppender"><encoder><pattern>%msg%n</pattern></encoder></appender>'
  await writeFile(log, `<configuration>${appender}<root level="INFO"><appender-ref ref="A"/></root></configuration>`)
  const of = (name: string, value: string | number) => `-Dzabbix.${name}=${value}`
  const words = [
    ...['-XX:-UsePerfData', '-Xmx256m', '-server', `-Dlogback.configurationFile=${log}`],
    ...[of('listenIP', address.host), of('listenPort', address.port), of('startPollers', pollers), of('timeout', 3)],
    ...['-cp', classPath, 'com.zabbix.gateway.JavaGateway'],
  ]
  const ready = await java.start({ program: 'java', words, ready: /listening on/ })
  if (ready === undefined) throw new Error(`Zabbix's Java gateway did not start; it wrote:\n${java.output()}`)
  return address
}

/** Gives back how many values came. */
async function ask(gateway: Address, jvms: readonly Address[], forS: number): Promise<number> {
  const until = performance.now() + forS * 1_000
  let [values, turn] = [0, 0]
  const lane = async () => {
    while (performance.now() < until) {
      const jvm = jvms[turn++ % jvms.length]
      if (jvm === undefined) throw new Error('there are no JVMs')
      const came = await askOnce(gateway, jvm)
      values += came
    }
  }
  await Promise.all(Array.from({ length: pollers }, lane))
  return values
}

/** Zabbix's protocol: "ZBXD", 1, the length as a little-endian u64, JSON; the same back, then the end. */
async function askOnce(gateway: Address, { host, port }: Address): Promise<number> {
  const request = {
    request: 'java gateway jmx',
    jmx_endpoint: `service:jmx:rmi:///jndi/rmi://${host}:${port}/jmxrmi`,
    keys: counterNames.map((name) => `jmx["rehearsal:type=Counters,n=0","${name}"]`),
  }
  const body = Buffer.from(JSON.stringify(request))
  const head = Buffer.from('ZBXD\x01\0\0\0\0\0\0\0\0')
  head.writeUInt32LE(body.length, 5)
  const socket = connect(gateway)
  socket.write(Buffer.concat([head, body]))
  const answer: { response: string; error?: string; data?: { value?: string }[] } = JSON.parse(
    String((await buffer(socket)).subarray(head.length)),
  )
  const values = answer.data?.filter(({ value }) => value !== undefined).length ?? 0
  if (answer.response !== 'success' || values !== counterNames.length)
    throw new Error(`Zabbix's Java gateway gave ${values} values: ${JSON.stringify(answer).slice(0, 300)}`)
  return values
}
