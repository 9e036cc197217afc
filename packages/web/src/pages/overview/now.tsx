import { Button, Skeleton } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type * as runs from '../../../../server/src/wire/runs.ts'
import type * as watching from '../../../../server/src/wire/watching.ts'
import { ask } from '../../api.ts'
import { Empty } from '../../parts/empty.tsx'
import { GoQuestion } from '../../parts/go-question.tsx'
import { RunLink } from '../../parts/links.tsx'
import { useMay } from '../../parts/me.ts'
import { Ago } from '../../parts/now.tsx'
import { sayTrouble } from '../../parts/say.tsx'
import { Looks, State } from '../../parts/state.tsx'
import { Subject } from '../../parts/subject.tsx'
import { goAsked, runName, stepUnderWay } from '../../reckon/run.ts'
import { activeRunStates } from '../../reckon/state.ts'

/** What goes on: runs under way with their step, then alerts that nobody has acknowledged. */
export function Now({ runs: all, alerts }: { runs: runs.Run[] | undefined; alerts: watching.Alert[] | undefined }) {
  if (all === undefined || alerts === undefined) return <Skeleton className="late" height={84} />
  const active = all.filter(({ state }) => activeRunStates.includes(state))
  // What a run asks stands with its answers already.
  const asking = new Set(active.flatMap((run) => (goAsked(run) ? [`run:${run.id}`] : [])))
  const others = alerts.filter(({ kind, subject }) => kind !== 'run-held' || !asking.has(subject))
  if (active.length === 0 && others.length === 0)
    return (
      <div className="card">
        <Empty>Nothing under way, and nothing that needs you.</Empty>
      </div>
    )
  return (
    <ul className="card rows">
      {active.map((run) => (
        <ActiveRun key={run.id} run={run} />
      ))}
      {others.map((alert) => (
        <OpenAlert key={alert.id} alert={alert} />
      ))}
    </ul>
  )
}

function ActiveRun({ run }: { run: runs.Run }) {
  const asked = goAsked(run)
  return (
    <li>
      <State of="run" state={run.state} />
      <span className="row-text">
        <RunLink id={run.id} name={runName(run)} /> {run.cluster && <>on {run.cluster.name}</>}{' '}
        <span className="dim">
          {stepUnderWay(run)} · since <Ago at={run.startedAt ?? run.createdAt} />
        </span>
        {asked && (
          <div className="now-question">
            <strong>{asked.question}</strong>
            <GoQuestion run={run} step={asked.step} isBrief />
          </div>
        )}
        {!asked && run.note !== null && <div className="small">{run.note}</div>}
      </span>
      <Button component={Link} to={`/runs/${run.id}`} size="compact-sm" variant="default">
        Open
      </Button>
    </li>
  )
}

function OpenAlert({ alert }: { alert: watching.Alert }) {
  const client = useQueryClient()
  const { may, whyNot } = useMay('operator')
  const acknowledge = useMutation({
    mutationFn: () => ask('POST', `/alerts/${alert.id}/ack`),
    onSuccess: () => client.invalidateQueries(),
    onError: sayTrouble,
  })
  return (
    <li>
      <Looks look={{ tone: 'failing', shape: 'triangle', word: alert.kind.replaceAll('-', ' ') }} />
      <span className="row-text">
        <Subject subject={alert.subject} />{' '}
        <span className="dim">
          <Ago at={alert.openedAt} />
        </span>
        <div className="small">{alert.text}</div>
      </span>
      <Button
        size="compact-sm"
        variant="default"
        disabled={!may}
        title={whyNot ?? 'I have seen it; it goes when what it tells of is over'}
        loading={acknowledge.isPending}
        onClick={() => acknowledge.mutate()}
      >
        Seen
      </Button>
    </li>
  )
}
