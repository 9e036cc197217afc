import { type Jvm, type JvmOptions, startJvm } from '@tscaler/rehearsal/jvm.ts'
import { afterEach } from 'vitest'
import { type Clock, systemClock } from '../../model/clock.ts'
import type { Machine } from '../machine.ts'
import type { JvmAccess, JvmLink, MBeanRead, ReadAnswer } from './jvm-link.ts'
import { openJvms } from './jvms.ts'

const cleanUps: (() => unknown)[] = []
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp()
})

/** A real JVM that ends with the test. */
export async function startTestJvm(options: JvmOptions = {}): Promise<Jvm> {
  const jvm = await startJvm(options)
  cleanUps.push(() => jvm.stop())
  return jvm
}

/** The access that lets one in to this JVM, but for what the test wishes otherwise. */
export function jvmAccess(
  jvm: Pick<Jvm, 'host' | 'port' | 'user' | 'password' | 'tls'>,
  wish: Partial<JvmAccess> = {},
): JvmAccess {
  const { tls } = jvm
  return {
    jvmId: 1,
    nodeId: 1,
    nodeName: 'shop01',
    profileName: 'app',
    hostname: jvm.host,
    port: jvm.port,
    user: jvm.user ?? null,
    password: jvm.password ?? null,
    tls: tls === undefined ? null : { ca: tls.ca, cert: tls.cert ?? null, key: tls.key ?? null },
    hostOverride: null,
    via: 'direct',
    ...wish,
  }
}

/** The link of one access, and what it logged; it ends with the test. */
export function linkTo(
  access: JvmAccess,
  { clock = systemClock, machine }: { clock?: Clock; machine?: Pick<Machine, 'forward'> } = {},
): { link: JvmLink; logged: object[] } {
  const logged: object[] = []
  const keep = (values: object) => void logged.push(values)
  const jvms = openJvms({ clock, random: () => 0.5, log: { info: keep, warn: keep }, machineOf: () => machine })
  cleanUps.push(() => jvms.close())
  jvms.configure([access])
  const link = jvms.find(access.jvmId)
  if (link === undefined) throw new Error('not configured')
  return { link, logged }
}

/** A read of one MBean, or of a pattern. */
export function reading(mbean: string, ...attributes: string[]): MBeanRead {
  return { mbean, isPattern: mbean.includes('*'), attributes }
}

export const uptime = reading('java.lang:type=Runtime', 'Uptime')

/** What one read gave: the readings of its only MBean, or its failure. */
export async function readOne(
  link: JvmLink,
  read: MBeanRead,
  deadlineMs = 5_000,
): Promise<readonly unknown[] | Failed> {
  const [answer] = await link.read([read], { deadlineMs })
  if (answer === undefined) throw new Error('no answer')
  return answer.kind === 'failure' ? answer : (answer.mbeans[0]?.readings ?? [])
}

type Failed = Extract<ReadAnswer, { kind: 'failure' }>
