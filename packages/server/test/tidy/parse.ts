import { parseSync } from 'vite'

/** One import or re-export of a file. */
export interface Import {
  specifier: string
  line: number
  /** True where nothing is left of it at run time. */
  isReexport: boolean
}

/** One occurrence of something that a rule may forbid. */
export interface Occurrence {
  kind: 'any' | 'double-cast' | 'default-export' | 'use'
  /** What was seen, such as `Date.now`. */
  what: string
  line: number
}

/** A source file as the rules see it. */
export interface Source {
  path: string
  text: string
  lineCount: number
  imports: Import[]
  occurrences: Occurrence[]
  functions: { name: string; line: number; lineCount: number }[]
  /** True where the file has nothing of its own and passes on what others have. */
  isBarrel: boolean
}

interface Tree {
  type: string
  start: number
  end: number
  [field: string]: unknown
}

/** Reads one TypeScript file. Throws with the place where it can't be parsed. */
export function parseSource(path: string, text: string): Source {
  const { program, errors } = parseSync(path, text)
  if (errors[0]) throw new Error(`${path}: ${errors[0].message}`)
  const lineAt = lineFinder(text)
  const found: Source = {
    path,
    text,
    lineCount: lineAt(text.trimEnd().length),
    imports: [],
    occurrences: [],
    functions: [],
    isBarrel: false,
  }
  walk(program as unknown, undefined, (tree, parent) => note(found, tree, parent, lineAt))
  found.isBarrel = isBarrel(program.body)
  return found
}

function note(found: Source, tree: Tree, parent: Tree | undefined, lineAt: (offset: number) => number): void {
  const line = lineAt(tree.start)
  const specifier = specifierOf(tree)
  if (specifier) found.imports.push({ specifier, line, isReexport: tree.type.startsWith('Export') })
  const occurrence = occurrenceOf(tree)
  if (occurrence) found.occurrences.push({ ...occurrence, line })
  if (
    tree.type === 'FunctionDeclaration' ||
    tree.type === 'FunctionExpression' ||
    tree.type === 'ArrowFunctionExpression'
  ) {
    found.functions.push({ name: functionName(tree, parent), line, lineCount: lineAt(tree.end) - line + 1 })
  }
}

function specifierOf(tree: Tree): string | undefined {
  const importing = [
    'ImportDeclaration',
    'ExportNamedDeclaration',
    'ExportAllDeclaration',
    'ImportExpression',
    'TSImportType',
  ]
  const source = importing.includes(tree.type) ? tree.source : undefined
  return isTree(source) && typeof source.value === 'string' ? source.value : undefined
}

function occurrenceOf(tree: Tree): Omit<Occurrence, 'line'> | undefined {
  if (tree.type === 'TSAnyKeyword') return { kind: 'any', what: 'any' }
  if (tree.type === 'ExportDefaultDeclaration') return { kind: 'default-export', what: 'export default' }
  if (tree.type === 'TSAsExpression' && isCastToUnknown(tree.expression))
    return { kind: 'double-cast', what: 'as unknown as' }
  if (
    tree.type === 'NewExpression' &&
    nameOf(tree.callee) === 'Date' &&
    Array.isArray(tree.arguments) &&
    tree.arguments.length === 0
  ) {
    return { kind: 'use', what: 'new Date()' }
  }
  if (tree.type !== 'MemberExpression' || tree.computed) return undefined
  const [object, property] = [nameOf(tree.object), nameOf(tree.property)]
  return object && property ? { kind: 'use', what: `${object}.${property}` } : undefined
}

function isCastToUnknown(tree: unknown): boolean {
  return (
    isTree(tree) &&
    tree.type === 'TSAsExpression' &&
    isTree(tree.typeAnnotation) &&
    tree.typeAnnotation.type === 'TSUnknownKeyword'
  )
}

function functionName(tree: Tree, parent: Tree | undefined): string {
  return nameOf(tree.id) ?? nameOf(parent?.id) ?? nameOf(parent?.key) ?? 'a function'
}

function nameOf(tree: unknown): string | undefined {
  return isTree(tree) && (tree.type === 'Identifier' || tree.type === 'PrivateIdentifier')
    ? String(tree.name)
    : undefined
}

function isBarrel(body: readonly unknown[]): boolean {
  const trees = body.filter(isTree)
  const isPassedOn = (tree: Tree) => tree.type.startsWith('Export') && isTree(tree.source)
  return trees.some(isPassedOn) && trees.every((tree) => isPassedOn(tree) || tree.type === 'ImportDeclaration')
}

function walk(value: unknown, parent: Tree | undefined, visit: (tree: Tree, parent: Tree | undefined) => void): void {
  if (Array.isArray(value)) {
    for (const item of value) walk(item, parent, visit)
  } else if (isTree(value)) {
    visit(value, parent)
    for (const child of Object.values(value)) if (typeof child === 'object') walk(child, value, visit)
  }
}

function isTree(value: unknown): value is Tree {
  return typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string'
}

/** From an offset to its line, counted from 1. */
function lineFinder(text: string): (offset: number) => number {
  const starts = [0, ...[...text.matchAll(/\n/g)].map((match) => match.index + 1)]
  return (offset) => {
    const after = starts.findIndex((start) => start > offset)
    return after === -1 ? starts.length : after
  }
}
