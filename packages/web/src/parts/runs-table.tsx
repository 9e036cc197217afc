import type * as runs from '../../../server/src/wire/runs.ts'
import { runName, tookText } from '../reckon/run.ts'
import { Empty } from './empty.tsx'
import { ClusterLink, RunLink } from './links.tsx'
import { Ago, serverNow } from './now.tsx'
import { State } from './state.tsx'
import { type Column, DataTable } from './table.tsx'

const columns: Column<runs.Run>[] = [
  {
    key: 'state',
    head: 'State',
    cell: ({ state }) => <State of="run" state={state} />,
    by: ({ state }) => state,
    width: '150px',
  },
  { key: 'run', head: 'Run', cell: (run) => <RunLink id={run.id} name={runName(run)} />, by: ({ id }) => id },
  {
    key: 'cluster',
    head: 'Cluster',
    cell: ({ cluster }) => <ClusterLink cluster={cluster} />,
    by: ({ cluster }) => cluster?.name ?? null,
    isMinor: true,
  },
  { key: 'why', head: 'Why, and how it ended', cell: (run) => <Why run={run} />, by: ({ cause }) => cause.text },
  { key: 'steps', head: 'Steps', isNumber: true, isMinor: true, cell: (run) => doneOf(run) },
  {
    key: 'began',
    head: 'Began',
    isNumber: true,
    cell: ({ startedAt, createdAt }) => <Ago at={startedAt ?? createdAt} />,
    by: ({ createdAt }) => Date.parse(createdAt),
  },
  { key: 'took', head: 'Took', isNumber: true, isMinor: true, cell: (run) => tookText(run, serverNow()) },
]

/** Runs, newest first. */
export function RunsTable({ runs: all, empty }: { runs: readonly runs.Run[]; empty: string }) {
  return (
    <DataTable
      name="runs"
      rows={all}
      columns={columns}
      keyOf={({ id }) => String(id)}
      textOf={(run) =>
        `${runName(run)} #${run.id} ${run.state} ${run.cluster?.name ?? ''} ${run.cause.text} ${run.note ?? ''}`
      }
      sort="-run"
      empty={
        <div className="card">
          <Empty>{empty}</Empty>
        </div>
      }
    />
  )
}

function Why({ run: { cause, note } }: { run: runs.Run }) {
  const text = note === null ? cause.text : `${cause.text}. ${note}`
  return (
    <span className="cell-cut" title={text}>
      {text}
    </span>
  )
}

function doneOf({ steps }: runs.Run): string {
  return `${steps.filter(({ endedAt }) => endedAt !== null).length} of ${steps.length}`
}
