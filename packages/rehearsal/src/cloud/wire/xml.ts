/**
 * What an element holds: text, elements by name, or nothing. An array repeats its element once per member, so
 * `{ item: ['a', 'b'] }` is `<item>a</item><item>b</item>`; undefined leaves the element out.
 */
export type Content =
  | string
  | number
  | boolean
  | undefined
  | { readonly [element: string]: Content | readonly Content[] }

/** `content` as XML text, in the order of its keys. */
export function writeXml(content: Content): string {
  if (content === undefined) return ''
  if (typeof content !== 'object') return escapeXml(String(content))
  return Object.entries(content)
    .flatMap(([name, value]) => (isList(value) ? value : [value]).map((one) => element(name, one)))
    .join('')
}

function element(name: string, content: Content): string {
  if (content === undefined) return ''
  const inside = writeXml(content)
  return inside === '' ? `<${name}/>` : `<${name}>${inside}</${name}>`
}

function isList(value: Content | readonly Content[]): value is readonly Content[] {
  return Array.isArray(value)
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }

function escapeXml(text: string): string {
  return text
    .replace(/[&<>"]/g, (character) => ENTITIES[character] ?? character)
    .replace(/\p{Cc}/gu, (character) => (/[\t\n\r]/.test(character) ? `&#${character.charCodeAt(0)};` : '\ufffd'))
}
