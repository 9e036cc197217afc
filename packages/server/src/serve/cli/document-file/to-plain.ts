import type { TSchema } from 'typebox'
import { type Document, isAlias, isMap, isNode, isScalar, isSeq, type Node, type Pair, type YAMLMap } from 'yaml'
import type { Finding } from '../../../model/problem.ts'
import { Document as DocumentSchema } from '../../../wire/document.ts'
import { below } from '../../../wire/findings.ts'
import type { Places } from './places.ts'
import { branchesOf, fieldBranches, isFile, isSecret, itemBranches, type Shapes, takesText } from './shapes.ts'

/** Reads what a file names outside itself: text, a file's bytes as base64, or why there is none. */
export type Outside = (kind: 'file' | 'bytes' | 'env', name: string) => { text: string } | { message: string }

/** The file's value, and what of it could not be read. */
export interface PlainDocument {
  value: unknown
  findings: Finding[]
}

interface Walk {
  places: Places
  outside: Outside
  lineOf: (offset: number) => number
  findings: Finding[]
  /** What an alias stands for, by its anchor: the newest one before it. */
  anchors: Map<string, Node>
  /** Values that aliases may still make: a short file can't become a huge one. */
  aliasedLeft: number
}

const documentSchema: TSchema = DocumentSchema
const aliasedMax = 100_000 // an anchored profile in each of 10,000 nodes has ten fields
const depthMax = 50 // the document itself is six deep; an anchor that holds itself has no end

/**
 * The plain value of a parsed YAML document. Where the configuration takes a text, `{ file }` and `{ env }` give it; where it takes a
 * secret, they give `{ value }`.
 */
export function toPlain(document: Document, means: Pick<Walk, 'places' | 'outside' | 'lineOf'>): PlainDocument {
  const walk: Walk = {
    ...means,
    findings: [],
    anchors: new Map(),
    aliasedLeft: aliasedMax,
  }
  const value = plain(walk, document.contents, {
    path: '',
    shapes: branchesOf(documentSchema),
    depth: 0,
    isAliased: false,
  })
  if (walk.aliasedLeft < 0)
    return {
      value: undefined,
      findings: [{ path: '', message: `its aliases (\`*name\`) make more than ${aliasedMax} values of it.` }],
    }
  return { value, findings: walk.findings }
}

interface Place {
  path: string
  shapes: Shapes
  depth: number
  /** Whether it stands behind an alias. */
  isAliased: boolean
}

function plain(walk: Walk, node: unknown, place: Place): unknown {
  if (place.isAliased) walk.aliasedLeft -= 1
  if (walk.aliasedLeft < 0) return undefined
  if (place.depth > depthMax) {
    walk.findings.push({ path: place.path, message: `goes deeper than ${depthMax} levels.` })
    return undefined
  }
  if (isAlias(node)) return plainAlias(walk, node.source, place)
  if (isNode(node) && 'anchor' in node && node.anchor) walk.anchors.set(node.anchor, node)
  if (isScalar(node)) return node.value
  if (isSeq(node)) return node.items.map((item, index) => plainItem(walk, item, index, place))
  if (!isMap(node)) return null
  const named = takesText(place.shapes) ? outsideName(node) : undefined
  return named === undefined ? plainMap(walk, node, place) : readOutside(walk, named, place)
}

function plainAlias(walk: Walk, anchor: string, place: Place): unknown {
  const node = walk.anchors.get(anchor)
  if (node) return plain(walk, node, { ...place, depth: place.depth + 1, isAliased: true })
  walk.findings.push({ path: place.path, message: `\`*${anchor}\` needs its anchor \`&${anchor}\` before it.` })
  return undefined
}

function plainItem(walk: Walk, item: unknown, index: number, { path, shapes, depth, isAliased }: Place): unknown {
  const own = `${path}[${index}]`
  note(walk, own, item)
  return plain(walk, item, { path: own, shapes: itemBranches(shapes), depth: depth + 1, isAliased })
}

function plainMap(walk: Walk, map: YAMLMap, place: Place): unknown {
  return Object.fromEntries(map.items.map((pair) => plainPair(walk, pair, place)))
}

function plainPair(walk: Walk, { key, value }: Pair, { path, shapes, depth, isAliased }: Place): [string, unknown] {
  const name = isScalar(key) ? String(key.value) : ''
  if (!isScalar(key)) walk.findings.push({ path, message: 'has a key that is no word.' })
  const own = below(path, name)
  note(walk, own, key)
  return [name, plain(walk, value, { path: own, shapes: fieldBranches(shapes, name), depth: depth + 1, isAliased })]
}

function note(walk: Walk, path: string, node: unknown): void {
  const offset = isNode(node) ? node.range?.[0] : undefined
  if (offset !== undefined) walk.places.note(path, walk.lineOf(offset))
}

/** The name in `{ file: NAME }` or `{ env: NAME }`; undefined where the map is anything else. */
function outsideName({ items }: YAMLMap): { kind: 'file' | 'env'; name: string } | undefined {
  const [pair] = items
  if (items.length !== 1 || !isScalar(pair?.key) || !isScalar(pair.value)) return undefined
  const kind = pair.key.value
  if ((kind !== 'file' && kind !== 'env') || typeof pair.value.value !== 'string') return undefined
  return { kind, name: pair.value.value }
}

function readOutside(
  walk: Walk,
  { kind, name }: { kind: 'file' | 'env'; name: string },
  { path, shapes }: Place,
): unknown {
  const read = walk.outside(kind === 'file' && isFile(shapes) ? 'bytes' : kind, name)
  if ('message' in read) walk.findings.push({ path, message: read.message })
  // Stands in for what is missing, so that the server can say what else is wrong; nothing is applied then.
  const text = 'text' in read ? read.text : 'missing'
  return isSecret(shapes) ? { value: withoutLastLineEnd(text) } : text
}

/** A password's file ends with a line end that is not part of it; a key's lines stay as they are. */
function withoutLastLineEnd(text: string): string {
  return /^[^\n]*\n$/.test(text) ? text.replace(/\r?\n$/, '') : text
}
