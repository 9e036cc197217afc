/** Each item with a key that is its own, also where an item stands in the list twice: `3`, `3 again 1`. */
export function keyed<Item>(
  items: readonly Item[],
  nameOf: (item: Item) => string | number,
): { key: string; item: Item }[] {
  const seen = new Map<string, number>()
  return items.map((item) => {
    const name = String(nameOf(item))
    const before = seen.get(name) ?? 0
    seen.set(name, before + 1)
    return { key: before === 0 ? name : `${name} again ${before}`, item }
  })
}
