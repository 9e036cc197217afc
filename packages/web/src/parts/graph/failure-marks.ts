import { clockText } from '../../reckon/time.ts'
import type { Columns } from './columns.ts'
import type { StripMark } from './strip.tsx'

/** Ticks nearer to each other than this share of the width are one: they could not be told apart, nor pointed at. */
const apartShare = 1 / 90
/** Texts of one tick; more are counted. */
const textsMax = 3

/** Failures of all lines as ticks with their texts, those that lie together in one. */
export function failureMarks(
  lines: readonly { id: string; name: string }[],
  columns: ReadonlyMap<string, Columns>,
  span: { from: number; to: number },
  zone: string | undefined,
): StripMark[] {
  const apartMs = (span.to - span.from) * apartShare
  const ticks = new Map<number, { from: number; texts: Map<string, number> }>()
  for (const { id, name } of lines) {
    for (const { at, kind, text } of columns.get(id)?.failures ?? []) {
      if (at < span.from || at > span.to) continue
      const tick = ticks.get(Math.floor(at / apartMs)) ?? { from: at, texts: new Map<string, number>() }
      ticks.set(Math.floor(at / apartMs), tick)
      const words = `${name}: ${kind}: ${text}`
      tick.texts.set(words, (tick.texts.get(words) ?? 0) + 1)
    }
  }
  return [...ticks.values()].map(({ from, texts }) => ({
    key: `failure ${from}`,
    from,
    shape: '✕',
    tone: 'failing',
    text: `${clockText(from, zone)} ${wordsOf(texts)}`,
  }))
}

function wordsOf(texts: ReadonlyMap<string, number>): string {
  const words = [...texts].slice(0, textsMax).map(([text, count]) => (count > 1 ? `${text} (${count} times)` : text))
  return [...words, ...(texts.size > textsMax ? [`and ${texts.size - textsMax} more`] : [])].join(' · ')
}
