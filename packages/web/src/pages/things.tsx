import { Button } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link, Navigate, useParams } from '@tanstack/react-router'
import { type Kinds, listOf } from '../api.ts'
import { declarations } from '../forms/all.ts'
import { Empty } from '../parts/empty.tsx'
import { Loaded } from '../parts/loaded.tsx'
import { Ago } from '../parts/now.tsx'
import { PageHead } from '../parts/page-head.tsx'
import { type Column, DataTable } from '../parts/table.tsx'
import { factsOf } from './control/facts.tsx'
import { ReadyMadeCounters } from './control/ready-made-counters.tsx'
import { ControlTabs } from './control/tabs.tsx'

const kinds = ['clusters', 'nodes', 'counters', 'triggers', 'ssh-profiles', 'jvm-profiles', 'ec2-profiles'] as const

/** All things of one kind of the configuration. */
export function Things() {
  const { kind = '' } = useParams({ strict: false })
  const known = kinds.find((one) => one === kind)
  if (known === undefined) return <Navigate to="/control" replace />
  return <ThingsOf key={known} kind={known} />
}

type Configured = Kinds[(typeof kinds)[number]]

function ThingsOf({ kind }: { kind: (typeof kinds)[number] }) {
  const things = useQuery(listOf(kind))
  const { noun, plural, about } = declarations[kind]
  const add = (
    <Button component={Link} to={`/control/${kind}/new`} variant="default">
      New {noun}
    </Button>
  )
  const columns: Column<Configured>[] = [
    { key: 'name', head: 'Name', cell: ({ name }) => <ThingLink kind={kind} name={name} />, by: ({ name }) => name },
    ...factsOf(kind),
    {
      key: 'changed',
      head: 'Changed',
      isNumber: true,
      isMinor: true,
      cell: ({ updatedAt }) => <Ago at={updatedAt} />,
      by: ({ updatedAt }) => Date.parse(updatedAt),
    },
  ]
  return (
    <>
      <PageHead title="Control" aside={add} />
      <ControlTabs />
      <Loaded query={things} height={240}>
        {(all) => (
          <DataTable
            name={plural}
            rows={all as Configured[]}
            columns={columns}
            keyOf={({ name }) => name}
            textOf={(thing) => JSON.stringify(thing)}
            sort="name"
            empty={
              <div className="card">
                <Empty action={add}>{about} There are none yet.</Empty>
              </div>
            }
          />
        )}
      </Loaded>
      {kind === 'counters' && <ReadyMadeCounters />}
    </>
  )
}

function ThingLink({ kind, name }: { kind: string; name: string }) {
  return (
    <Link className="link" to="/control/$kind/$name" params={{ kind, name }}>
      <span className="name">{name}</span>
    </Link>
  )
}
