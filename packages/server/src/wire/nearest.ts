/** The word out of `known` that was probably meant; undefined where none is near (more than a third of the letters differ). */
export function nearest(word: string, known: readonly string[]): string | undefined {
  // Nobody mistypes a hundred letters; the limit bounds the work that a bad body can cause.
  if (word.length > 100) return undefined
  let best: { word: string; steps: number } | undefined
  for (const candidate of known) {
    const steps = distance(word.toLowerCase(), candidate.toLowerCase())
    if (steps <= Math.max(1, Math.floor(candidate.length / 3)) && (!best || steps < best.steps))
      best = { word: candidate, steps }
  }
  return best?.word
}

/** Letters to add, take away, change, or two neighbours to swap, until one text is the other. */
function distance(from: string, to: string): number {
  let [before, row]: [number[], number[]] = [[], Array.from({ length: to.length + 1 }, (_, index) => index)]
  for (let i = 1; i <= from.length; i++) {
    const next = [i]
    for (let j = 1; j <= to.length; j++) {
      const same = from[i - 1] === to[j - 1] ? 0 : 1
      let steps = Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, (row[j - 1] ?? 0) + same)
      const swapped = i > 1 && j > 1 && from[i - 1] === to[j - 2] && from[i - 2] === to[j - 1]
      if (swapped) steps = Math.min(steps, (before[j - 2] ?? 0) + 1)
      next.push(steps)
    }
    ;[before, row] = [row, next]
  }
  return row[to.length] ?? 0
}
