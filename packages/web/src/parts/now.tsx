import { Tooltip } from '@mantine/core'
import { useCallback, useSyncExternalStore } from 'react'
import { agoText, bothTimes, shortTime } from '../reckon/time.ts'
import { useZone } from './zone.ts'

/** Relative times are read to the second at most. */
const tickMs = 1_000

const watchers = new Set<() => void>()
let timer: ReturnType<typeof setInterval> | undefined
let offsetMs = 0

/** How far the server's clock is ahead of this machine's: all instants on the pages are the server's. */
export function setServerNow(now: number): void {
  offsetMs = now - Date.now()
}

/** Now, by the server's clock, epoch ms. */
export function serverNow(): number {
  return Date.now() + offsetMs
}

function watch(watcher: () => void): () => void {
  watchers.add(watcher)
  timer ??= setInterval(() => {
    for (const one of watchers) one()
  }, tickMs)
  return () => {
    watchers.delete(watcher)
    if (watchers.size > 0) return
    clearInterval(timer)
    timer = undefined
  }
}

/** Now to a multiple of `everyMs`; whoever uses it is drawn again when it changes. */
export function useNow(everyMs = tickMs): number {
  return useSyncExternalStore(watch, () => Math.floor(serverNow() / everyMs) * everyMs)
}

/** A text that depends on now; drawn again only when it reads differently. */
function useTicking(text: (now: number) => string): string {
  return useSyncExternalStore(watch, () => text(serverNow()))
}

/** An instant of the API in epoch ms; null stays null. */
export function epoch(at: string | number | null | undefined): number | null {
  if (at === null || at === undefined) return null
  return typeof at === 'number' ? at : Date.parse(at)
}

/** How long ago, moving on by itself, with the whole instant on hover; `never` where there is none. */
export function Ago({ at, never = '–' }: { at: string | number | null | undefined; never?: string }) {
  const instant = epoch(at)
  const text = useTicking(useCallback((now) => (instant === null ? never : agoText(instant, now)), [instant, never]))
  return instant === null ? <span className="dim">{text}</span> : <Hover at={instant}>{text}</Hover>
}

/** The time of day, with the day where it is another one; on hover all of it. */
export function Clock({ at }: { at: string | number | null | undefined }) {
  const zone = useZone()
  const instant = epoch(at)
  if (instant === null) return <span className="dim">–</span>
  const text = shortTime(instant, serverNow(), zone)
  return <Hover at={instant}>{text}</Hover>
}

function Hover({ at, children }: { at: number; children: string }) {
  const zone = useZone()
  return (
    <Tooltip label={`${bothTimes(at, zone)} · ${agoText(at, serverNow())}`}>
      <time className="time" dateTime={new Date(at).toISOString()}>
        {children}
      </time>
    </Tooltip>
  )
}
