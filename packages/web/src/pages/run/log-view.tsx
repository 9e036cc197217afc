import { Button, Checkbox } from '@mantine/core'
import { memo, useEffect, useRef, useState, useSyncExternalStore } from 'react'
import type * as runs from '../../../../server/src/wire/runs.ts'
import { live } from '../../live.ts'
import { Empty } from '../../parts/empty.tsx'
import { sayTrouble } from '../../parts/say.tsx'
import { Trouble } from '../../parts/trouble.tsx'
import { useZone } from '../../parts/zone.ts'
import { stepName } from '../../reckon/run.ts'
import { bothTimes, clockText } from '../../reckon/time.ts'
import { readLog, useLog } from './use-log.ts'

/** A line is cut here; the rest is a click away. */
const charactersShown = 2_000
/** Nearer to the end than this counts as being at the end: then new lines pull the view along. */
const nearEndPx = 40

/** The log of a step: live, followed while the reader is at its end. */
export function LogView({ run, step, node }: { run: runs.Run; step: runs.Step; node: string | undefined }) {
  const { lines, dropped, isReading, error } = useLog(run.id, step, node)
  const [wrap, setWrap] = useState(true)
  const box = useRef<HTMLDivElement>(null)
  const [isAtEnd, setAtEnd] = useState(true)
  const isLive = step.endedAt === null && step.startedAt !== null
  const last = lines.at(-1)?.id
  useEffect(() => {
    if (isAtEnd && last !== undefined) box.current?.scrollTo({ top: box.current.scrollHeight })
  }, [last, isAtEnd])
  function scrolled() {
    const { current } = box
    if (current) setAtEnd(current.scrollHeight - current.scrollTop - current.clientHeight < nearEndPx)
  }
  return (
    <section className="card log" aria-label={`Log of ${stepName(step)}`}>
      <header className="log-head">
        <h2>
          {stepName(step)}{' '}
          {node
            ? `on ${node}`
            : step.tasks.length > 1
              ? `on ${step.tasks.length} nodes`
              : step.tasks[0]?.node && `on ${step.tasks[0].node.name}`}
        </h2>
        <span className="log-tools">
          <Checkbox
            size="xs"
            label="wrap"
            checked={wrap}
            onChange={({ currentTarget }) => setWrap(currentTarget.checked)}
          />
          <Button size="compact-xs" variant="default" onClick={() => void download(run.id, step, node)}>
            Download
          </Button>
        </span>
      </header>
      <div className="log-box" ref={box} onScroll={scrolled} data-wrap={wrap || undefined} role="log" aria-live="off">
        {dropped > 0 && <p className="dim log-note">{dropped} earlier lines are in the download.</p>}
        {lines.map((line) => (
          <Line key={line.id} line={line} />
        ))}
        {lines.length === 0 && !isReading && error === null && <Empty>{whyEmpty(step)}</Empty>}
        {error !== null && <Trouble error={error} />}
      </div>
      <footer className="log-foot small">
        {isLive ? <LiveWord /> : <span className="dim">{lines.length} lines</span>}
        {!isAtEnd && (
          <Button size="compact-xs" variant="default" onClick={() => setAtEnd(true)}>
            ↓ Follow
          </Button>
        )}
      </footer>
    </section>
  )
}

/** Whether new lines can come at all. */
function LiveWord() {
  const isAway = useSyncExternalStore(
    (watch) => live.watchLine(watch),
    () => live.line().state === 'away',
  )
  if (isAway) return <span className="dim">○ waiting for tscaler</span>
  return (
    <span className="tone" data-tone="work">
      ● live
    </span>
  )
}

function whyEmpty({ startedAt, state }: runs.Step): string {
  if (state === 'waiting') return 'It waits for an answer; there is nothing to write.'
  if (startedAt !== null) return 'It has written nothing.'
  return state === 'planned' ? 'This step has not begun.' : 'This step was not begun.'
}

const Line = memo(function Line({ line }: { line: runs.LogLine }) {
  const [isWhole, setWhole] = useState(false)
  const zone = useZone()
  const isCut = !isWhole && line.text.length > charactersShown
  return (
    <div className="log-line" data-stream={line.stream}>
      <time className="dim" dateTime={line.at} title={bothTimes(Date.parse(line.at), zone)}>
        {clockText(Date.parse(line.at), zone)}
      </time>
      <span dir="auto">
        {isCut ? line.text.slice(0, charactersShown) : line.text}
        {isCut && (
          <button type="button" className="log-more" onClick={() => setWhole(true)}>
            … all {line.text.length.toLocaleString('en')} characters
          </button>
        )}
      </span>
    </div>
  )
})

async function download(run: number, step: runs.Step, node: string | undefined): Promise<void> {
  const lines: string[] = []
  await readLog(run, step.n, node, {
    add: (more) => lines.push(...more.map(({ at, stream, text }) => `${at} ${stream} ${text}\n`)),
  }).catch(sayTrouble)
  const link = document.createElement('a')
  link.href = URL.createObjectURL(new Blob(lines, { type: 'text/plain' }))
  link.download = `run-${run}-step-${step.n}-${step.action.name}${node ? `-${node}` : ''}.log`
  link.click()
  URL.revokeObjectURL(link.href)
}
