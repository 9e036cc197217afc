import { Button } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import type * as resources from '../../../server/src/wire/resources.ts'
import { listOf } from '../api.ts'
import { Empty } from '../parts/empty.tsx'
import { Loaded } from '../parts/loaded.tsx'
import { useMay } from '../parts/me.ts'
import { PageHead } from '../parts/page-head.tsx'
import { RunDialog } from '../parts/run-dialog.tsx'
import { type Column, DataTable } from '../parts/table.tsx'
import { gistOf, kindName, typeOf } from '../reckon/declared.ts'
import { ControlTabs } from './control/tabs.tsx'

/** What tscaler can be told to do: the actions, each to be run now or changed. */
export function Control() {
  const actions = useQuery(listOf('actions'))
  const add = (
    <Button component={Link} to="/control/actions/new" variant="default">
      New action
    </Button>
  )
  const columns: Column<resources.Action>[] = [
    { key: 'name', head: 'Action', cell: ({ name }) => <ActionLink name={name} />, by: ({ name }) => name },
    {
      key: 'does',
      head: 'Does',
      cell: (action) => kindName(typeOf(action)),
      by: (action) => typeOf(action),
    },
    {
      key: 'what',
      head: 'What',
      isMinor: true,
      cell: (action) => <What action={action} />,
    },
    { key: 'timeout', head: 'Time limit', isNumber: true, isMinor: true, cell: ({ timeout }) => timeout },
    {
      key: 'retries',
      head: 'Retries',
      isNumber: true,
      isMinor: true,
      cell: ({ retries }) => retries,
      by: ({ retries }) => retries,
    },
    { key: 'run', head: '', isNumber: true, cell: ({ name }) => <RunButton action={name} /> },
  ]
  return (
    <>
      <PageHead title="Control" aside={add} />
      <ControlTabs />
      <Loaded query={actions} height={240}>
        {(all) => (
          <DataTable
            name="actions"
            rows={all}
            columns={columns}
            keyOf={({ name }) => name}
            textOf={(action) => `${action.name} ${typeOf(action)}`}
            sort="name"
            empty={
              <div className="card">
                <Empty action={add}>
                  An action is something tscaler can do: run a script, send a mail. There are none yet.
                </Empty>
              </div>
            }
          />
        )}
      </Loaded>
    </>
  )
}

function ActionLink({ name }: { name: string }) {
  return (
    <Link className="link" to="/control/$kind/$name" params={{ kind: 'actions', name }}>
      <span className="name">{name}</span>
    </Link>
  )
}

function RunButton({ action }: { action: string }) {
  const { may, whyNot } = useMay('operator')
  const [opened, setOpened] = useState(false)
  return (
    <>
      <Button size="compact-sm" variant="default" disabled={!may} title={whyNot} onClick={() => setOpened(true)}>
        Run…
      </Button>
      <RunDialog opened={opened} close={() => setOpened(false)} action={action} />
    </>
  )
}

/** What it is about, in a line. */
function What({ action }: { action: resources.Action }) {
  const type = typeOf(action)
  const fields = Object.entries(action).find(([name]) => name === type)?.[1]
  const text = gistOf((fields ?? {}) as Record<string, unknown>)
  return (
    <code className="cell-cut" title={text.slice(0, 500)}>
      {text}
    </code>
  )
}
