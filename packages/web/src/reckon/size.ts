import type * as resources from '../../../server/src/wire/resources.ts'

/** `6 nodes (2–8)`; without a max `1 node (1 or more)`. */
export function sizeText({ size, min, max }: Pick<resources.Cluster, 'size' | 'min' | 'max'>): string {
  return `${size} ${size === 1 ? 'node' : 'nodes'} (${max === null ? `${min} or more` : `${min}–${max}`})`
}

/** Whether a pause is still running; the server clears it lazily. */
export function isPaused({ pausedUntil }: { pausedUntil: string | null }, now = Date.now()): boolean {
  return pausedUntil !== null && Date.parse(pausedUntil) > now
}
