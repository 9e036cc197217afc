import type * as resources from '../../../server/src/wire/resources.ts'
import { State } from './state.tsx'

/** Whether the node itself is connected to, and not its JVMs alone. */
export function isConnectedTo({ local, sshProfile, jvmProfiles }: resources.Node): boolean {
  return local || sshProfile !== null || jvmProfiles.length === 0
}

/** How the node's own connection stands; a node that is there for its JVMs alone has none. */
export function NodeConnection({ node }: { node: resources.Node }) {
  if (!isConnectedTo(node)) return <span className="dim nowrap">JVMs only, no SSH</span>
  return <State of="connection" state={node.connection.state} />
}
