import { Link } from '@tanstack/react-router'
import type { Ref } from '../../../server/src/wire/schema.ts'
import { jvmSeparator } from '../reckon/series-name.ts'

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

/** What a series is of: its node, and its JVM where it has one, each leading to its page. */
export function SeriesLink({ node, jvm }: { node: Ref | null; jvm: Ref | null }) {
  if (node === null || jvm === null) return <NodeLink node={node} />
  return (
    <span className="series-link">
      <NodeLink node={node} />
      <span className="dim">{jvmSeparator}</span>
      <JvmLink node={node} jvm={jvm} />
    </span>
  )
}

/** A JVM of a node by the name of its profile. */
export function JvmLink({ node, jvm }: { node: Pick<Ref, 'name'>; jvm: Pick<Ref, 'name'> }) {
  return (
    <Link className="link" to="/nodes/$name/jvms/$jvm" params={{ name: node.name, jvm: jvm.name }}>
      <Name>{jvm.name}</Name>
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
