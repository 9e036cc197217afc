import type { MachineCheck } from '../machine.ts'
import { type ConnectParts, connectTo } from './connect.ts'
import { jvmFailure } from './trouble.ts'

/** Every JVM has it, and a user who may read anything may read it. */
const known = { mbean: 'java.lang:type=Runtime', attributes: ['VmName', 'SpecVersion', 'Uptime'] }

/** Finding it, logging in and one read, over a connection of its own. Never rejects: what fails says at which step, and what to do. */
export async function checkJvm(parts: ConnectParts, title: string): Promise<MachineCheck> {
  const { profileName } = parts.access
  const what = `JMX ${profileName}`
  try {
    const connection = await connectTo(parts)
    try {
      const values = await connection.getAttributes(known.mbean, known.attributes)
      const [name, version] = [values.get('VmName'), values.get('SpecVersion')].map(String)
      return { ok: true, findings: [{ what, ok: true, text: `${name}, Java ${version}, at ${connection.jvm}` }] }
    } finally {
      void connection.close()
    }
  } catch (thrown) {
    const { message } = jvmFailure(title, thrown)
    return { ok: false, findings: [{ what, ok: false, text: message }] }
  }
}
