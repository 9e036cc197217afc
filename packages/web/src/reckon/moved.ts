/** The list with the item at `index` one place earlier or later; the same list where there is no such place. */
export function moved<Item>(list: readonly Item[], index: number, by: -1 | 1): Item[] {
  const [one, other] = [list[index], list[index + by]]
  if (one === undefined || other === undefined) return [...list]
  return list.with(index, other).with(index + by, one)
}
