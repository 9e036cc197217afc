import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type * as resources from '../../../server/src/wire/resources.ts'
import { listOf, newestAlerts, newestRuns } from '../api.ts'
import { Empty } from '../parts/empty.tsx'
import { Loaded } from '../parts/loaded.tsx'
import { PageHead, Section } from '../parts/page-head.tsx'
import { StatusLine } from '../parts/status-line.tsx'
import { ClusterGlance } from './overview/cluster-glance.tsx'
import { FirstSteps } from './overview/first-steps.tsx'
import { Now } from './overview/now.tsx'
import { Recently } from './overview/recently.tsx'

/** Enough to see what happened last; the rest is on the page of runs. */
const runsShown = 30
/** More clusters than this are read on their own page. */
const clustersShown = 12

/** Is anything wrong, what is tscaler doing about it, can I stop or help it: answered without a click. */
export function Overview() {
  const clusters = useQuery(listOf('clusters'))
  const triggers = useQuery(listOf('triggers'))
  const nodes = useQuery(listOf('nodes'))
  const runs = useQuery(newestRuns(runsShown))
  const alerts = useQuery(newestAlerts(50, 'open'))
  const isFirstDay = nodes.data?.length === 1 && nodes.data[0]?.local === true
  return (
    <>
      <PageHead title="Overview">
        <StatusLine />
      </PageHead>
      {isFirstDay && <FirstSteps />}
      <div className="overview">
        <div className="overview-now">
          <Section title="Now">
            <Now runs={runs.data?.items} alerts={alerts.data?.items} />
          </Section>
        </div>
        <div className="overview-clusters">
          <Section title="Clusters">
            <Loaded query={clusters} height={260}>
              {(all) => <ClusterList clusters={all} triggers={triggers.data ?? []} />}
            </Loaded>
          </Section>
        </div>
        <div className="overview-recently">
          <Section title="Recently">
            <Recently runs={runs.data?.items} />
          </Section>
        </div>
      </div>
    </>
  )
}

function ClusterList({
  clusters,
  triggers,
}: {
  clusters: readonly resources.Cluster[]
  triggers: readonly resources.Trigger[]
}) {
  return (
    <div className="card">
      {clusters.length === 0 && <Empty>There are no clusters yet: a cluster is a group of nodes of one kind.</Empty>}
      {clusters.slice(0, clustersShown).map((cluster) => (
        <ClusterGlance key={cluster.id} cluster={cluster} triggers={triggers} />
      ))}
      {clusters.length > clustersShown && (
        <p className="card-pad">
          <Link className="link" to="/clusters">
            All {clusters.length} clusters
          </Link>
        </p>
      )}
    </div>
  )
}
