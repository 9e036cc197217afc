import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import type { Jvm } from '../../../../server/src/wire/jvms.ts'
import type * as resources from '../../../../server/src/wire/resources.ts'
import type * as watching from '../../../../server/src/wire/watching.ts'
import { jvmsOf } from '../../api.ts'
import { JvmLink } from '../../parts/links.tsx'
import { Loaded } from '../../parts/loaded.tsx'
import { Ago } from '../../parts/now.tsx'
import { Section } from '../../parts/page-head.tsx'
import { newestAt } from '../../reckon/newest.ts'
import { reachedAt } from '../jvm/facts.tsx'
import { JvmState } from '../jvm/jvm-state.tsx'

/** How JVMs stand comes with no event: it is read again. */
const readEveryMs = 5_000

/** The node's JVMs, each with how it stands, its last round and its last failure; nothing where it has none. */
export function NodeJvms({ node, series }: { node: resources.Node; series: readonly watching.Series[] }) {
  const jvms = useQuery({
    ...jvmsOf(node.name),
    refetchInterval: readEveryMs,
    enabled: node.jvmProfiles.length > 0,
  })
  const byJvm = useMemo(() => Map.groupBy(series, ({ jvm }) => jvm?.id), [series])
  if (node.jvmProfiles.length === 0) return null
  return (
    <Section title="JVMs">
      <Loaded query={jvms} height={72}>
        {({ items }) => (
          <div className="card table-scroll">
            <table className="table" aria-label="JVMs">
              <thead>
                <tr>
                  <th scope="col">JVM</th>
                  <th scope="col">Connection</th>
                  <th scope="col" className="wide-only">
                    Reached at
                  </th>
                  <th scope="col" className="number">
                    Last round
                  </th>
                  <th scope="col">Last failure</th>
                </tr>
              </thead>
              <tbody>
                {items.map((jvm) => (
                  <JvmRow key={jvm.id} node={node} jvm={jvm} series={byJvm.get(jvm.id) ?? []} />
                ))}
              </tbody>
            </table>
          </div>
        )}
      </Loaded>
    </Section>
  )
}

function JvmRow({ node, jvm, series }: { node: resources.Node; jvm: Jvm; series: readonly watching.Series[] }) {
  const { failure } = jvm.connection
  return (
    <tr>
      <td>
        <JvmLink node={node} jvm={jvm.profile} />
      </td>
      <td>
        <JvmState connection={jvm.connection} />
      </td>
      <td className="wide-only">{reachedAt(node, jvm)}</td>
      <td className="number">
        <Ago at={newestAt(series)} never="none yet" />
      </td>
      <td className="wrap jvm-failure">
        {failure ? (
          <>
            {failure.text}{' '}
            <span className="dim nowrap">
              <Ago at={failure.at} />
            </span>
          </>
        ) : (
          <span className="dim">none</span>
        )}
      </td>
    </tr>
  )
}
