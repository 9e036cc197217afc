import { Button } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import type { UseQueryResult } from '@tanstack/react-query'
import { useMemo } from 'react'
import type * as resources from '../../../../server/src/wire/resources.ts'
import type * as watching from '../../../../server/src/wire/watching.ts'
import { CounterGraph } from '../../parts/counter-graph.tsx'
import { Loaded } from '../../parts/loaded.tsx'
import { Section } from '../../parts/page-head.tsx'
import { ReadyMade } from '../../parts/ready-made.tsx'

interface JvmCountersProps {
  node: resources.Node
  series: UseQueryResult<watching.Series[]>
}

/** A graph a counter of the JVM; where there is none, those that need but a click. */
export function JvmCounters({ node, series }: JvmCountersProps) {
  const [opened, { toggle }] = useDisclosure(false)
  const graphs = useMemo(() => (series.data ?? []).map((one) => [one]), [series.data])
  const isEmpty = series.data?.length === 0
  return (
    <Section
      title="Counters"
      aside={
        !isEmpty && (
          <Button size="compact-sm" variant="default" aria-expanded={opened} onClick={toggle}>
            Ready-made counters
          </Button>
        )
      }
    >
      <Loaded query={series} height={240}>
        {() => (
          <>
            {(isEmpty || opened) && (
              <div className="card ready-box">
                {isEmpty && <p className="card-pad">{whyNone(node)}</p>}
                <ReadyMade sources={['jmx']} cluster={node.cluster?.name ?? null} />
              </div>
            )}
            <div className="graphs">
              {graphs.map((own) => (
                <CounterGraph key={own[0]?.id} series={own} height={150} />
              ))}
            </div>
          </>
        )}
      </Loaded>
    </Section>
  )
}

function whyNone({ cluster, name }: resources.Node): string {
  if (cluster === null)
    return `${name} is in no cluster, so that nothing is collected from it: put it into one, then choose counters.`
  return `No counter is collected from the JVMs of ${cluster.name}. Add some that are ready-made, or make one of any number among the MBeans below.`
}
