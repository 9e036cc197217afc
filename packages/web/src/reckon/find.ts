/** Something that can be searched for. */
export interface Findable {
  kind: string
  name: string
}

/** What fits a search, best first: names that are it, begin with it, contain it; then those that have all its letters in their order. */
export function findIn<Item extends Findable>(items: readonly Item[], query: string, most: number): Item[] {
  const wanted = query.trim().toLowerCase()
  if (wanted === '') return items.slice(0, most)
  return items
    .map((item) => ({ item, rank: rankOf(item.name.toLowerCase(), wanted) }))
    .filter(({ rank }) => rank < unfit)
    .sort((a, b) => a.rank - b.rank || a.item.name.length - b.item.name.length)
    .slice(0, most)
    .map(({ item }) => item)
}

const unfit = 9

function rankOf(name: string, wanted: string): number {
  if (name === wanted) return 0
  if (name.startsWith(wanted)) return 1
  if (name.includes(wanted)) return 2
  let at = -1
  for (const letter of wanted) {
    at = name.indexOf(letter, at + 1)
    if (at === -1) return unfit
  }
  return 3
}
