import { setTimeout as sleep } from 'node:timers/promises'

/** How often another process is looked at: it tells nobody when its state changes. */
const lookEveryMs = 50

/** What `look` gives once it is neither undefined nor false; rejects, saying what was awaited, after `timeoutMs`. */
export async function waitFor<Found>(
  what: string,
  look: () => Promise<Found | undefined | false> | Found | undefined | false,
  timeoutMs = 15_000,
): Promise<Found> {
  const endAt = performance.now() + timeoutMs
  let trouble: unknown
  while (performance.now() < endAt) {
    try {
      const found = await look()
      if (found !== undefined && found !== false) return found
    } catch (thrown) {
      trouble = thrown
    }
    await sleep(lookEveryMs)
  }
  throw new Error(`waited ${timeoutMs} ms in vain for ${what}${trouble ? `; the last look failed: ${trouble}` : ''}`)
}
