import { useQuery } from '@tanstack/react-query'
import type * as watching from '../../../../server/src/wire/watching.ts'
import { auditTrail } from '../../api.ts'
import { Empty } from '../../parts/empty.tsx'
import { Loaded } from '../../parts/loaded.tsx'
import { Clock } from '../../parts/now.tsx'
import { type Column, DataTable } from '../../parts/table.tsx'

const columns: Column<watching.AuditEntry>[] = [
  { key: 'at', head: 'When', cell: ({ at }) => <Clock at={at} />, by: ({ id }) => id, width: '170px' },
  { key: 'who', head: 'Who', cell: ({ who }) => who, by: ({ who }) => who },
  { key: 'what', head: 'Did', cell: ({ what }) => what.replaceAll('-', ' '), by: ({ what }) => what },
  { key: 'kind', head: 'Kind', cell: ({ kind }) => kind, by: ({ kind }) => kind, isMinor: true },
  {
    key: 'subject',
    head: 'To',
    cell: ({ subject }) => (
      <span className="cell-cut" title={subject?.name ?? ''}>
        {subject?.name ?? '–'}
      </span>
    ),
    by: ({ subject }) => subject?.name ?? null,
  },
  {
    key: 'detail',
    head: 'Detail',
    cell: ({ detail }) => (
      <span className="cell-cut" title={detail ?? ''}>
        {detail ?? ''}
      </span>
    ),
    isMinor: true,
  },
]

/** Who did what, newest first. */
export function Audit() {
  const entries = useQuery(auditTrail(''))
  return (
    <Loaded query={entries} height={400}>
      {({ items }) => (
        <DataTable
          name="audit entries"
          rows={items}
          columns={columns}
          keyOf={({ id }) => String(id)}
          textOf={({ who, what, kind, subject, detail }) =>
            `${who} ${what} ${kind} ${subject?.name ?? ''} ${detail ?? ''}`
          }
          sort="-at"
          empty={
            <div className="card">
              <Empty>Nobody has changed anything yet.</Empty>
            </div>
          }
        />
      )}
    </Loaded>
  )
}
