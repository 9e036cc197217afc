import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useMemo, useState } from 'react'
import type { Jvm, MBean } from '../../../../server/src/wire/jvms.ts'
import type * as resources from '../../../../server/src/wire/resources.ts'
import type * as watching from '../../../../server/src/wire/watching.ts'
import { listOf, mbeansOf } from '../../api.ts'
import { CounterGraph } from '../../parts/counter-graph.tsx'
import { Empty } from '../../parts/empty.tsx'
import { Loaded } from '../../parts/loaded.tsx'
import { Clock } from '../../parts/now.tsx'
import { Trouble } from '../../parts/trouble.tsx'
import type { Place } from '../../reckon/counter-start.ts'
import { AttributesTable } from './attributes-table.tsx'
import { CounterDialog } from './counter-dialog.tsx'
import type { MadeCounters } from './make-counter.tsx'

/** Live enough to watch, and seldom enough for an MBean that is slow to read. Nothing is read while the page is hidden. */
const readEveryMs = 3_000

interface MBeanViewProps {
  node: resources.Node
  jvm: Jvm
  /** The MBean's whole name. */
  name: string
  series: readonly watching.Series[]
}

/** One MBean: what each attribute holds now, and a counter of any number there. */
export function MBeanView({ node, jvm, name, series }: MBeanViewProps) {
  const mbean = useQuery({
    ...mbeansOf({ node: node.name, jvm: jvm.profile.name, pattern: name }),
    refetchInterval: readEveryMs,
  })
  const [wanted, want] = useState<Place | null>(null)
  const [made, setMade] = useState<string | null>(null)
  const counters = useMadeOf(name)
  const isOld = mbean.error !== null && mbean.data !== undefined
  return (
    <div className="card">
      <MBeanHead name={name} at={mbean.data?.at} isOld={isOld} mbean={mbean.data?.mbean} />
      {isOld && (
        <div className="card-pad">
          <Trouble error={mbean.error} />
        </div>
      )}
      {made !== null && <JustMade name={made} node={node} series={series} />}
      <Loaded query={mbean} height={320}>
        {({ mbean: found }) =>
          found && found.attributes.length > 0 ? (
            <div data-old={isOld || undefined}>
              <AttributesTable mbean={found} made={counters} make={want} />
            </div>
          ) : (
            <Empty>This MBean has no attributes, only operations.</Empty>
          )
        }
      </Loaded>
      {wanted && (
        <CounterDialog
          place={wanted}
          node={node}
          close={() => want(null)}
          done={({ name: counter }) => {
            setMade(counter)
            want(null)
          }}
        />
      )}
    </div>
  )
}

/** Counters that have been made of the MBean's numbers, by attribute and key. */
function useMadeOf(mbean: string): MadeCounters {
  const { data } = useQuery(listOf('counters'))
  return useMemo(() => {
    const own = (data ?? []).filter(({ jmx }) => jmx?.mbean === mbean)
    return new Map(own.map(({ name, jmx }) => [`${jmx?.attribute}\n${jmx?.key ?? ''}`, name]))
  }, [data, mbean])
}

interface MBeanHeadProps {
  name: string
  at: string | undefined
  isOld: boolean
  mbean: MBean | null | undefined
}

function MBeanHead({ name, at, isOld, mbean }: MBeanHeadProps) {
  return (
    <header className="mbean-head">
      <Link className="link phone-only" to="." search={(was) => ({ ...was, mbean: undefined })} resetScroll={false}>
        All MBeans
      </Link>
      <div className="mbean-title">
        <h3>{name}</h3>
        {at !== undefined && (
          <span className="dim small nowrap">
            {isOld ? 'old, from' : 'as of'} <Clock at={at} />
          </span>
        )}
      </div>
      {mbean && (
        <p className="dim small">
          {mbean.className}
          {mbean.description !== '' && ` · ${mbean.description}`}
        </p>
      )}
    </header>
  )
}

/** The graph of the counter that was made a moment ago, where it was made. */
function JustMade({ name, node, series }: { name: string; node: resources.Node; series: readonly watching.Series[] }) {
  const own = useMemo(() => series.filter(({ counter }) => counter.name === name), [series, name])
  if (own.length > 0)
    return (
      <div className="just-made" role="status">
        <CounterGraph series={own} height={130} />
      </div>
    )
  return (
    <p className="card-pad dim" role="status">
      The counter {name} is there, and is not collected from {node.name} yet:{' '}
      {node.cluster === null ? 'the node is in no cluster.' : `choose it in the form of ${node.cluster.name}.`}
    </p>
  )
}
