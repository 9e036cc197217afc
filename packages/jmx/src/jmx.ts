import { JmxConnection } from './jmx/connection.ts'
import type { ConnectOptions } from './jmx/options.ts'
import { Session } from './jmx/session.ts'

export { type JavaException, JmxError, type JmxErrorCode, jmxErrorCodes, type Place } from './error.ts'
export type { AttributeReader, Reading } from './jmx/attribute-reader.ts'
export { JmxConnection } from './jmx/connection.ts'
export type { AttributeInfo, MBeanInfo, NotificationInfo, OperationInfo } from './jmx/mbean-info.ts'
export type { JmxNotification, NotificationListener, Subscription } from './jmx/notifications.ts'
export type { CallOptions, ConnectOptions } from './jmx/options.ts'
export type { TlsOptions } from './rmi/dial.ts'
export type { JavaRecord, JavaValue } from './values/value.ts'

/** Logs in to the JVM. Rejects with a JmxError that says what to do; nothing stays open then. */
export async function connect(options: ConnectOptions): Promise<JmxConnection> {
  const session = new Session(options)
  await session.start()
  return new JmxConnection(session)
}
