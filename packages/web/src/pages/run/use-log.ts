import { useEffect, useState } from 'react'
import type * as runs from '../../../../server/src/wire/runs.ts'
import { ask, type Page, part } from '../../api.ts'
import { live } from '../../live.ts'

/** The newest lines that are shown; all of them are in the download. */
const linesMax = 5_000
/** Lines of one request, the server's greatest. */
const pageLines = 5_000
/** A log that goes on longer than this is read from the newest page on only by download. */
const pagesMax = 40

interface Log {
  lines: readonly runs.LogLine[]
  /** Lines that came before those shown. */
  dropped: number
  isReading: boolean
  error: unknown
}

/** The log of one step, or of one of its nodes, read from its beginning and then live. Lines have ids, so that none is shown twice. */
export function useLog(run: number, step: runs.Step, node: string | undefined): Log {
  const [log, setLog] = useState<Log>({ lines: [], dropped: 0, isReading: true, error: null })
  const nodeId = step.tasks.find((task) => task.node?.name === node)?.node?.id
  useEffect(() => {
    const abort = new AbortController()
    const add = (lines: readonly runs.LogLine[]) => setLog((was) => withLines(was, lines))
    const stopWanting = live.want({ log: true })
    const off = live.on('log', (event) => {
      if (event.run !== run || event.step !== step.n) return
      if (node === undefined || event.node === nodeId) add(event.lines)
    })
    const read = () =>
      readLog(run, step.n, node, { signal: abort.signal, add })
        .then(() => setLog((was) => ({ ...was, isReading: false, error: null })))
        .catch((error: unknown) => {
          if (!abort.signal.aborted) setLog((was) => ({ ...was, isReading: false, error }))
        })
    const offMissed = live.on('missed', () => void read())
    void read()
    return () => {
      abort.abort()
      off()
      offMissed()
      stopWanting()
    }
  }, [run, step.n, node, nodeId])
  return log
}

/** Reads a whole log, page after page. */
export async function readLog(
  run: number,
  step: number,
  node: string | undefined,
  { signal, add }: { signal?: AbortSignal; add: (lines: readonly runs.LogLine[]) => void },
): Promise<void> {
  let after = 0
  for (let page = 0; page < pagesMax; page++) {
    const narrow = node === undefined ? '' : `&node=${part(node)}`
    const address = `/runs/${run}/steps/${step}/log?limit=${pageLines}&after=${after}${narrow}`
    const { items, next } = await ask<Page<runs.LogLine>>('GET', address, signal ? { signal } : {})
    add(items)
    const last = items.at(-1)
    if (next === null || last === undefined) return
    after = last.id
  }
}

function withLines(log: Log, added: readonly runs.LogLine[]): Log {
  if (added.length === 0) return log
  const known = new Set(log.lines.map(({ id }) => id))
  const fresh = added.filter(({ id }) => !known.has(id))
  if (fresh.length === 0) return log
  const last = log.lines.at(-1)
  const joined = [...log.lines, ...fresh]
  // Pages and live lines may cross each other.
  if (last && fresh[0] && fresh[0].id < last.id) joined.sort((a, b) => a.id - b.id)
  const over = Math.max(0, joined.length - linesMax)
  return { ...log, lines: over > 0 ? joined.slice(over) : joined, dropped: log.dropped + over }
}
