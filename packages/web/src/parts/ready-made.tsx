import { Button } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useMemo } from 'react'
import { declaredKinds, listOf } from '../api.ts'
import { freeName, type ReadyMadeCounter, readyMadeGroups, type SourceName } from '../reckon/ready-made.ts'
import { useMay } from './me.ts'
import { useAddCounter } from './use-add-counter.ts'

interface ReadyMadeProps {
  sources: readonly SourceName[]
  /** Whose nodes what is added is collected from at once; null: none yet. */
  cluster: string | null
}

/** The counters that come with tscaler, each added by one click. */
export function ReadyMade({ sources, cluster }: ReadyMadeProps) {
  const { data: kinds } = useQuery(declaredKinds)
  const { data: counters } = useQuery(listOf('counters'))
  const { data: clusters } = useQuery(listOf('clusters'))
  const groups = useMemo(
    () => (kinds && counters ? readyMadeGroups(kinds, counters, sources) : []),
    [kinds, counters, sources],
  )
  const collected = new Set(clusters?.find(({ name }) => name === cluster)?.counters.map(({ id }) => id))
  const taken = new Set(counters?.map(({ name }) => name))
  return (
    <div className="ready">
      {groups.map(({ title, counters: own }) => (
        <section key={title} aria-label={title}>
          <h3>{title}</h3>
          <ul>
            {own.map((one) => (
              <Row
                key={one.name}
                one={one}
                cluster={cluster}
                isCollected={one.counter !== null && collected.has(one.counter.id)}
                name={freeName(one.name, taken)}
              />
            ))}
          </ul>
        </section>
      ))}
    </div>
  )
}

interface RowProps {
  one: ReadyMadeCounter
  cluster: string | null
  isCollected: boolean
  /** What a new counter is called. */
  name: string
}

function Row({ one, cluster, isCollected, name }: RowProps) {
  return (
    <li>
      <span className="ready-what">
        {one.counter ? (
          <Link className="link" to="/control/$kind/$name" params={{ kind: 'counters', name: one.counter.name }}>
            <span className="name">{one.counter.name}</span>
          </Link>
        ) : (
          <span className="name">{one.name}</span>
        )}{' '}
        {one.unit !== '' && <span className="dim small">{one.unit}</span>}
        <span className="dim small ready-help">{one.help}</span>
      </span>
      {one.counter !== null && (cluster === null || isCollected) ? (
        <span className="dim small nowrap">{isCollected ? 'collected' : 'there already'}</span>
      ) : (
        <AddButton one={one} cluster={cluster} name={name} />
      )}
    </li>
  )
}

function AddButton({ one, cluster, name }: Omit<RowProps, 'isCollected'>) {
  const { may, whyNot } = useMay('admin')
  const isSeen = useMay('operator').may
  const add = useAddCounter()
  const { source, unit } = one
  const fresh = { name, [source]: { readyMade: one.name }, ...(unit === '' ? {} : { unit }) }
  if (!isSeen) return null
  return (
    <Button
      size="compact-xs"
      variant="default"
      aria-label={`Add ${one.name}`}
      disabled={!may}
      title={whyNot ?? (cluster === null ? undefined : `Collected from ${cluster} at once`)}
      loading={add.isPending}
      onClick={() => add.mutate({ counter: one.counter?.name ?? fresh, cluster })}
    >
      Add
    </Button>
  )
}
