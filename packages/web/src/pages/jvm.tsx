import { Button } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import { useMemo } from 'react'
import type { Jvm } from '../../../server/src/wire/jvms.ts'
import type * as resources from '../../../server/src/wire/resources.ts'
import { jvmsOf, oneOf, seriesOf } from '../api.ts'
import { Empty } from '../parts/empty.tsx'
import { ClusterLink, NodeLink } from '../parts/links.tsx'
import { Loaded } from '../parts/loaded.tsx'
import { PageHead, Section } from '../parts/page-head.tsx'
import { useLiveSeries } from '../parts/use-live-series.ts'
import { seriesName } from '../reckon/series-name.ts'
import { Explorer } from './jvm/explorer.tsx'
import { JvmFacts } from './jvm/facts.tsx'
import { JvmCounters } from './jvm/jvm-counters.tsx'
import { JvmState } from './jvm/jvm-state.tsx'

/** How the JVM stands comes with no event: it is read again. */
const readEveryMs = 5_000

/** One JVM of a node: is it reached, what is measured in it, and what could be. */
export function JvmPage() {
  const { name = '', jvm = '' } = useParams({ strict: false })
  const node = useQuery(oneOf('nodes', name))
  const jvms = useQuery({ ...jvmsOf(name), refetchInterval: readEveryMs })
  return (
    <Loaded query={node} height={600}>
      {(found) => (
        <Loaded query={jvms} height={600}>
          {({ items }) => {
            const own = items.find(({ id, profile }) => profile.name === jvm || String(id) === jvm)
            return own ? <JvmView key={own.id} node={found} jvm={own} /> : <NoSuchJvm node={found} jvm={jvm} />
          }}
        </Loaded>
      )}
    </Loaded>
  )
}

function JvmView({ node, jvm }: { node: resources.Node; jvm: Jvm }) {
  const series = useQuery(seriesOf(`?node=${node.id}&jvm=${jvm.id}`))
  useLiveSeries(series.data)
  const own = useMemo(() => series.data ?? [], [series.data])
  return (
    <>
      <PageHead
        title={seriesName({ node, jvm: jvm.profile })}
        aside={
          <Button component={Link} to={`/control/jvm-profiles/${jvm.profile.name}`} variant="default">
            Edit its profile
          </Button>
        }
      >
        <JvmState connection={jvm.connection} />
        <span>
          JVM of <NodeLink node={node} />
        </span>
        {node.cluster && (
          <span>
            in <ClusterLink cluster={node.cluster} />
          </span>
        )}
      </PageHead>
      <JvmFacts node={node} jvm={jvm} series={own} />
      <JvmCounters node={node} series={series} />
      <Section title="MBeans">
        <Explorer node={node} jvm={jvm} series={own} />
      </Section>
    </>
  )
}

function NoSuchJvm({ node, jvm }: { node: resources.Node; jvm: string }) {
  return (
    <>
      <PageHead title={`${node.name}: no such JVM`} />
      <div className="card">
        <Empty
          action={
            <Button component={Link} to={`/control/nodes/${node.name}`} variant="default">
              Edit the node
            </Button>
          }
        >
          {node.name} has no JVM profile {jvm}. Choose it in the node’s form, or go back to <NodeLink node={node} />.
        </Empty>
      </div>
    </>
  )
}
