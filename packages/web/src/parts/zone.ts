import { useSyncExternalStore } from 'react'

const key = 'tscaler-zone'
const watchers = new Set<() => void>()

/** The zone in which times are shown: `UTC`, or undefined for the reader's own. */
export function zone(): string | undefined {
  return localStorage.getItem(key) === 'UTC' ? 'UTC' : undefined
}

export function setZone(zone: 'UTC' | undefined): void {
  if (zone === undefined) localStorage.removeItem(key)
  else localStorage.setItem(key, zone)
  for (const watch of watchers) watch()
}

/** The zone, for a part that is to be drawn again when it changes. */
export function useZone(): string | undefined {
  return useSyncExternalStore((watch) => {
    watchers.add(watch)
    return () => void watchers.delete(watch)
  }, zone)
}
