import type { SampleColumns } from './sample-columns.ts'

interface PackedTexts {
  texts: string[]
  /** For each failing sample in order, its text's place in `texts`. */
  of: number[]
}

/** The failures' texts of samples `from` to `to`, each text once, as JSON; null where no sample failed. */
export function packTexts(samples: SampleColumns, from: number, to: number): string | null {
  const places = new Map<string, number>()
  const of: number[] = []
  for (let place = from; place < to; place++) {
    if (samples.failures[place] === 0) continue
    const text = samples.texts?.get(place) ?? ''
    if (!places.has(text)) places.set(text, places.size)
    of.push(places.get(text) ?? 0)
  }
  return of.length === 0 ? null : JSON.stringify({ texts: [...places.keys()], of } satisfies PackedTexts)
}

/** The text of each failing sample of a chunk, in order. */
export function unpackTexts(packed: string): string[] {
  const { texts, of } = JSON.parse(packed) as PackedTexts
  return of.map((place) => texts[place] ?? '')
}
