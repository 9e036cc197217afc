import { type Jvm, type JvmOptions, startJvm } from '@tscaler/rehearsal/jvm.ts'
import { expect, onTestFinished } from 'vitest'
import { type ConnectOptions, connect, type JmxConnection, JmxError } from '../src/jmx.ts'

/** A real JVM that ends with the test. */
export async function jvmForTest(options?: JvmOptions): Promise<Jvm> {
  const jvm = await startJvm(options)
  onTestFinished(() => jvm.stop())
  return jvm
}

/** A connection that is closed with the test. */
export async function connectForTest(options: ConnectOptions): Promise<JmxConnection> {
  const connection = await connect(options)
  onTestFinished(() => connection.close())
  return connection
}

/** The JmxError that the promise rejects with; fails when it resolves. */
export async function troubleOf(promise: Promise<unknown>): Promise<JmxError> {
  const outcome = await promise.then(
    (value) => ({ value }),
    (thrown: unknown) => thrown,
  )
  expect(outcome).toBeInstanceOf(JmxError)
  if (outcome instanceof JmxError) return outcome
  throw new Error('it resolved')
}

/** Passes real time, as long as a real JVM's own timers need. */
export function passMs(delayMs: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, delayMs)
  })
}
