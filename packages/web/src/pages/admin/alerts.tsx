import { Button } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import type * as watching from '../../../../server/src/wire/watching.ts'
import { ask, newestAlerts } from '../../api.ts'
import { Empty } from '../../parts/empty.tsx'
import { Loaded } from '../../parts/loaded.tsx'
import { useMay } from '../../parts/me.ts'
import { Ago } from '../../parts/now.tsx'
import { sayTrouble } from '../../parts/say.tsx'
import { State } from '../../parts/state.tsx'
import { Subject } from '../../parts/subject.tsx'
import { type Column, DataTable } from '../../parts/table.tsx'

const alertsShown = 200
const order = ['open', 'acknowledged', 'resolved']

const columns: Column<watching.Alert>[] = [
  {
    key: 'state',
    head: 'State',
    cell: ({ state }) => <State of="alert" state={state} />,
    by: ({ state }) => order.indexOf(state),
    width: '150px',
  },
  {
    key: 'kind',
    head: 'What happened',
    cell: ({ kind, subject, text }) => (
      <span className="alert-text">
        {kind.replaceAll('-', ' ')}: <Subject subject={subject} />
        <span className="small dim">{text}</span>
      </span>
    ),
    by: ({ kind }) => kind,
  },
  {
    key: 'opened',
    head: 'Began',
    isNumber: true,
    cell: ({ openedAt }) => <Ago at={openedAt} />,
    by: ({ openedAt }) => Date.parse(openedAt),
  },
  {
    key: 'ended',
    head: 'Ended',
    isNumber: true,
    isMinor: true,
    cell: ({ resolvedAt }) => <Ago at={resolvedAt} />,
    by: ({ resolvedAt }) => resolvedAt,
  },
  { key: 'ack', head: 'Seen by', cell: (alert) => <Seen alert={alert} />, by: ({ ackBy }) => ackBy },
]

/** What people were told of: open, seen, over. An alert goes by itself when what it tells of is over. */
export function Alerts() {
  const alerts = useQuery(newestAlerts(alertsShown))
  return (
    <Loaded query={alerts} height={240}>
      {({ items }) => (
        <DataTable
          name="alerts"
          rows={items}
          columns={columns}
          keyOf={({ id }) => String(id)}
          textOf={({ kind, subject, text, state }) => `${kind} ${subject} ${text} ${state}`}
          sort="state"
          empty={
            <div className="card">
              <Empty>
                There has been nothing to tell. Alerts are raised when a node can’t be reached, a run fails, a key
                changes.
              </Empty>
            </div>
          }
        />
      )}
    </Loaded>
  )
}

function Seen({ alert }: { alert: watching.Alert }) {
  const { may, whyNot } = useMay('operator')
  const client = useQueryClient()
  const acknowledge = useMutation({
    mutationFn: () => ask('POST', `/alerts/${alert.id}/ack`),
    onSuccess: () => client.invalidateQueries(),
    onError: sayTrouble,
  })
  if (alert.state !== 'open') return <>{alert.ackBy ?? <span className="dim">–</span>}</>
  return (
    <Button
      size="compact-sm"
      variant="default"
      disabled={!may}
      title={whyNot}
      loading={acknowledge.isPending}
      onClick={() => acknowledge.mutate()}
    >
      Seen
    </Button>
  )
}
