import { Checkbox, Modal, Skeleton } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type * as resources from '../../../../server/src/wire/resources.ts'
import { listOf } from '../../api.ts'
import { ResourceForm } from '../../parts/form/resource-form.tsx'
import { useAddCounter } from '../../parts/use-add-counter.ts'
import { guessedUnit, type Place, suggestedName } from '../../reckon/counter-start.ts'

interface CounterDialogProps {
  place: Place
  node: resources.Node
  /** Told of the counter once it is there. */
  done: (counter: resources.Counter) => void
  close: () => void
}

/** The form of a new counter, filled in from where its number was found; it can be collected from the node's cluster at once. */
export function CounterDialog({ place, node, done, close }: CounterDialogProps) {
  const { data: counters } = useQuery(listOf('counters'))
  const [isCollected, setCollected] = useState(true)
  const add = useAddCounter()
  const { cluster } = node
  return (
    <Modal opened onClose={close} title={`A counter of ${place.attribute}${place.key && ` ${place.key}`}`} size="lg">
      {counters === undefined ? (
        <Skeleton height={420} />
      ) : (
        <ResourceForm
          kind="counters"
          start={startOf(place, counters)}
          back={close}
          done={(saved) => {
            if (cluster === null || !isCollected) return done(saved)
            // Whether that went well or not, the counter is there.
            add.mutate({ counter: saved.name, cluster: cluster.name }, { onSettled: () => done(saved) })
          }}
        >
          {cluster === null ? (
            <p className="dim">{node.name} is in no cluster: nothing collects the counter until it is in one.</p>
          ) : (
            <Checkbox
              label={`Collect it from ${cluster.name} at once`}
              description="From every JVM of its nodes; where one has no such MBean, its samples say so."
              checked={isCollected}
              onChange={({ currentTarget }) => setCollected(currentTarget.checked)}
            />
          )}
        </ResourceForm>
      )}
    </Modal>
  )
}

function startOf(place: Place, counters: readonly resources.Counter[]) {
  const taken = new Set(counters.map(({ name }) => name))
  return {
    name: suggestedName(place, taken),
    source: { chosen: 'jmx', values: { ...place } },
    unit: guessedUnit(place),
  }
}
