import { Link } from '@tanstack/react-router'
import type { Ref } from '../../../server/src/wire/schema.ts'

/** A name that may be 63 characters long: cut with an ellipsis where there is no room, whole on hover. */
export function Name({ children }: { children: string }) {
  return (
    <span className="name" title={children.length > 20 ? children : undefined}>
      {children}
    </span>
  )
}

const nothing = <span className="dim">–</span>

export function NodeLink({ node }: { node: Ref | null }) {
  if (node === null) return nothing
  return (
    <Link className="link" to="/nodes/$name" params={{ name: node.name }}>
      <Name>{node.name}</Name>
    </Link>
  )
}

export function ClusterLink({ cluster }: { cluster: Ref | null }) {
  if (cluster === null) return nothing
  return (
    <Link className="link" to="/clusters/$name" params={{ name: cluster.name }}>
      <Name>{cluster.name}</Name>
    </Link>
  )
}

export function TriggerLink({ trigger }: { trigger: Ref | null }) {
  if (trigger === null) return nothing
  return (
    <Link className="link" to="/triggers/$name" params={{ name: trigger.name }}>
      <Name>{trigger.name}</Name>
    </Link>
  )
}

/** A run by what it runs and its number: `grow #12`. */
export function RunLink({ id, name }: { id: number; name?: string | undefined }) {
  return (
    <Link className="link" to="/runs/$id" params={{ id: String(id) }}>
      {name !== undefined && <Name>{name}</Name>} #{id}
    </Link>
  )
}
