import { foreignText, JmxError } from '../error.ts'
import { OBJ_ID_BYTES } from '../jrmp/wire.ts'
import { type Content, JavaObject } from '../serialization/graph.ts'
import { CustomReader } from '../values/custom-reader.ts'

/** Where a remote object lives, as its server says. */
export interface Stub {
  host: string
  port: number
  objId: Buffer
  tls: boolean
}

const SSL_FACTORY = 'javax.rmi.ssl.SslRMIClientSocketFactory'

/** Reads a remote object's reference out of a stub of the old kind or a dynamic proxy. Nothing else of it is believed. */
export function readStub(content: Content): Stub {
  const holder = content instanceof JavaObject ? (content.field('h') ?? content) : content
  const level = holder instanceof JavaObject ? holder.level('java.rmi.server.RemoteObject') : undefined
  if (!level) throw unsupported('it is no reference to a remote object')
  const custom = new CustomReader(level)
  const kind = custom.utf()
  if (kind !== 'UnicastRef' && kind !== 'UnicastRef2') throw unsupported(`its reference is a ${foreignText(kind)}`)
  const hasFactory = kind === 'UnicastRef2' && custom.u8() === 1
  const [host, port] = [custom.utf(), custom.i32()]
  if (hasFactory) checkFactory(custom.content())
  if (port < 1 || port > 65_535) throw unsupported(`its port is ${port}`)
  return { host, port, objId: Buffer.from(custom.bytes(OBJ_ID_BYTES)), tls: hasFactory }
}

function checkFactory(factory: Content): void {
  if (factory instanceof JavaObject && factory.desc.name === SSL_FACTORY) return
  const name = factory instanceof JavaObject ? foreignText(factory.desc.name) : 'no object'
  throw unsupported(`it wants sockets from a factory of the JVM's own (${name})`)
}

function unsupported(why: string): JmxError {
  return new JmxError('unsupported-stub', `the JVM's RMI registry gave a reference that cannot be used: ${why}.`)
}
