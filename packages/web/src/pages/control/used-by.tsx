import { useQuery } from '@tanstack/react-query'
import { type KindName, listOf } from '../../api.ts'
import { JvmLink, NodeLink } from '../../parts/links.tsx'
import { keyed } from '../../reckon/keyed.ts'

/** More names are not read; the list of nodes has all. */
const shownMax = 20

/** Which nodes work with a profile: what a change of it reaches, and what keeps it from being removed. */
export function UsedBy({ kind, name }: { kind: KindName; name: string }) {
  const isProfile = kind === 'ssh-profiles' || kind === 'jvm-profiles'
  const { data } = useQuery({ ...listOf('nodes'), enabled: isProfile })
  if (!isProfile || data === undefined) return null
  const nodes = data.filter(({ sshProfile, jvmProfiles }) =>
    kind === 'ssh-profiles' ? sshProfile?.name === name : jvmProfiles.some((profile) => profile.name === name),
  )
  if (nodes.length === 0) return <p className="dim used-by">No node uses it yet: choose it in a node’s form.</p>
  return (
    <p className="used-by">
      <span className="dim">Used by </span>
      {keyed(nodes.slice(0, shownMax), ({ id }) => id).map(({ key, item: node }, index) => (
        <span key={key}>
          {index > 0 && ', '}
          <NodeLink node={node} />
          {kind === 'jvm-profiles' && (
            <>
              {' '}
              (<JvmLink node={node} jvm={{ name }} />)
            </>
          )}
        </span>
      ))}
      {nodes.length > shownMax && ` and ${nodes.length - shownMax} more`}
    </p>
  )
}
