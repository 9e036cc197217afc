import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { listOf, seriesOf } from '../api.ts'
import { Name, SeriesLink } from './links.tsx'

const pages: Record<string, string> = { node: '/nodes/', run: '/runs/', trigger: '/triggers/', cluster: '/clusters/' }

/** What an alert is about (`node:12`), as a link with its name. */
export function Subject({ subject }: { subject: string }) {
  const [kind = '', id = ''] = subject.split(':')
  const nodes = useQuery({ ...listOf('nodes'), enabled: kind === 'node' })
  const page = pages[kind]
  if (kind === 'jvm') return <JvmSubject id={id} />
  if (page === undefined) return <span className="dim">{subject}</span>
  const name = nodes.data?.find((node) => `${node.id}` === id)?.name
  return (
    <Link className="link" to={`${page}${name ?? id}`}>
      <Name>{name ?? `${kind} #${id}`}</Name>
    </Link>
  )
}

/** A JVM has no name of its own: its series say whose it is. */
function JvmSubject({ id }: { id: string }) {
  const [one] = useQuery({ ...seriesOf(`?jvm=${id}`), staleTime: 60_000 }).data ?? []
  return one ? <SeriesLink node={one.node} jvm={one.jvm} /> : <span className="dim">JVM #{id}</span>
}
