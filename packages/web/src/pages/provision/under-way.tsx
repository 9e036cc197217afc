import { useQueries, useQuery } from '@tanstack/react-query'
import type * as resources from '../../../../server/src/wire/resources.ts'
import { newestRuns, oneRun } from '../../api.ts'
import { ClusterLink, NodeLink, RunLink } from '../../parts/links.tsx'
import { Ago } from '../../parts/now.tsx'
import { Looks, State } from '../../parts/state.tsx'
import { runOn } from '../../reckon/provision.ts'
import { runName } from '../../reckon/run.ts'
import { activeRunStates } from '../../reckon/state.ts'

/** Runs under way are among the newest: a cluster has one that changes its nodes at a time. */
const runsRead = 50

/** Nodes that come or go, each with the run that works on it and its step. */
export function UnderWay({ nodes }: { nodes: readonly resources.Node[] }) {
  const newest = useQuery(newestRuns(runsRead))
  const active = (newest.data?.items ?? []).filter(({ state }) => activeRunStates.includes(state))
  // Lists of runs are without their tasks, and these say which nodes are meant.
  const whole = useQueries({ queries: active.map(({ id }) => oneRun(id)) })
  const runs = whole.flatMap(({ data }) => data ?? [])
  const isKnown = newest.isSuccess && whole.every(({ isSuccess }) => isSuccess)
  return (
    <ul className="card rows under-way" aria-label="nodes under way">
      {nodes.map((node) => {
        const on = runOn(node, runs)
        return (
          <li key={node.id}>
            <State of="node" state={node.state} />
            <span className="row-text">
              <NodeLink node={node} />{' '}
              {node.cluster && (
                <>
                  in <ClusterLink cluster={node.cluster} />
                </>
              )}{' '}
              {node.instanceId !== null && <code className="dim">{node.instanceId}</code>}
              <div className="small">
                {on ? (
                  <>
                    <RunLink id={on.run.id} name={runName(on.run)} /> · {on.at} · since{' '}
                    <Ago at={on.run.startedAt ?? on.run.createdAt} />
                  </>
                ) : (
                  isKnown && <NoRun />
                )}
              </div>
            </span>
          </li>
        )
      })}
    </ul>
  )
}

function NoRun() {
  return (
    <Looks
      look={{
        tone: 'held',
        shape: 'triangle',
        word: 'no run works on it: retry the run that left it so, or remove the node and end its machine',
      }}
    />
  )
}
