import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { type KindName, listOf } from '../../api.ts'
import { JvmLink, Name, NodeLink } from '../../parts/links.tsx'
import { isProfileKind, usersOf } from '../../reckon/used-by.ts'

/** More names are not read; the list of nodes has all. */
const shownMax = 20

const howUsed = {
  'ssh-profiles': 'Nothing uses it yet: choose it in a node’s form, or in an action that deploys.',
  'jvm-profiles': 'No node uses it yet: choose it in a node’s form.',
  'ec2-profiles': 'Nothing uses it yet: choose it in an action that deploys.',
}

/** Which nodes and actions work with a profile: what a change of it reaches, and what keeps it from being removed. */
export function UsedBy({ kind, name }: { kind: KindName; name: string }) {
  const isProfile = isProfileKind(kind)
  const nodes = useQuery({ ...listOf('nodes'), enabled: isProfile })
  const actions = useQuery({ ...listOf('actions'), enabled: isProfile })
  if (!isProfile || nodes.data === undefined || actions.data === undefined) return null
  const users = usersOf(kind, name, { nodes: nodes.data, actions: actions.data })
  if (users.nodes.length + users.actions.length === 0) return <p className="dim used-by">{howUsed[kind]}</p>
  const all: { key: string; shown: ReactNode }[] = [
    ...users.actions.map((action) => ({ key: `action ${action.id}`, shown: <ActionLink name={action.name} /> })),
    ...users.nodes.map((node) => ({
      key: `node ${node.id}`,
      shown: (
        <>
          <NodeLink node={node} />
          {kind === 'jvm-profiles' && (
            <>
              {' '}
              (<JvmLink node={node} jvm={{ name }} />)
            </>
          )}
        </>
      ),
    })),
  ]
  return (
    <p className="used-by">
      <span className="dim">Used by </span>
      {all.slice(0, shownMax).map(({ key, shown }, index) => (
        <span key={key}>
          {index > 0 && ', '}
          {shown}
        </span>
      ))}
      {all.length > shownMax && ` and ${all.length - shownMax} more`}
    </p>
  )
}

function ActionLink({ name }: { name: string }) {
  return (
    <Link className="link" to="/control/$kind/$name" params={{ kind: 'actions', name }}>
      <Name>{name}</Name>
    </Link>
  )
}
