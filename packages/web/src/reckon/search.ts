/** What an address may hold beside its path: the same words on every page. All are texts, so that addresses stay readable. */
const keys = [
  // The time that the page shows.
  'range',
  'from',
  'to',
  // A list: what its names contain, its order (`-name`: the other way round), its filters.
  'q',
  'sort',
  'state',
  'kind',
  'who',
  // What is opened on a page.
  'view',
  'step',
  'node',
  'mbean',
] as const

export type Search = { [Key in (typeof keys)[number]]?: string | undefined }

/** The known words of an address; others are left out. */
export function readSearch(given: Record<string, unknown>): Search {
  const known = keys.flatMap((key) => {
    const value = given[key]
    return typeof value === 'string' && value !== '' ? [[key, value]] : []
  })
  return Object.fromEntries(known)
}

/** `?range=6h&q=shop` as an object of texts. */
export function parseSearch(text: string): Record<string, string> {
  return Object.fromEntries(new URLSearchParams(text))
}

/** The other way round; nothing where there is nothing to say. */
export function writeSearch(search: Record<string, unknown>): string {
  const given = Object.entries(search).filter(([, value]) => value !== undefined && value !== null && value !== '')
  const text = new URLSearchParams(given.map(([key, value]) => [key, String(value)])).toString()
  // A colon needs no escape in a query, and instants are full of them.
  return text === '' ? '' : `?${text.replaceAll('%3A', ':')}`
}
