import { LineCounter, parseDocument, type YAMLError } from 'yaml'
import type { Finding } from '../../../model/problem.ts'
import type { Places } from './places.ts'
import { type Outside, type PlainDocument, toPlain } from './to-plain.ts'

/** A YAML text as plain values, with its lines noted in `places`. Syntax that is wrong is told by line; then there is no value. */
export function readYaml(
  text: string,
  means: { places: Places; outside: Outside },
): PlainDocument | { syntax: { line: number; message: string }[] } {
  const lines = new LineCounter()
  const document = parseDocument(text, {
    lineCounter: lines,
    prettyErrors: false,
    uniqueKeys: true,
    // 'silent' would pass over a second document.
    logLevel: 'error',
  })
  const wrong = [...document.errors, ...document.warnings]
  const lineOf = (offset: number) => lines.linePos(offset).line
  if (wrong.length > 0)
    return { syntax: wrong.map((error) => ({ line: lineOf(error.pos[0]), message: wordsOf(error, text) })) }
  return toPlain(document, { ...means, lineOf })
}

/** Syntax findings as `tscaler.yaml:7`. */
export function syntaxFindings(name: string, syntax: readonly { line: number; message: string }[]): Finding[] {
  return syntax.map(({ line, message }) => ({ path: `${name}:${line}`, message }))
}

function wordsOf(error: YAMLError, text: string): string {
  switch (error.code) {
    case 'DUPLICATE_KEY':
      return `the key ${JSON.stringify(wordAt(text, error.pos[0]))} stands here a second time; keep one of the two.`
    case 'TAB_AS_INDENT':
      return 'a tab stands where YAML wants spaces; put spaces in its place.'
    case 'MULTIPLE_DOCS':
      return 'a second document begins here (`---`); a configuration is one document.'
    case 'TAG_RESOLVE_FAILED':
      return `${error.message}; write the value without a tag (\`!…\`).`
    default:
      return `this is no YAML: ${error.message}`
  }
}

function wordAt(text: string, offset: number): string {
  return /^["']?([^"':\s]*)/.exec(text.slice(offset, offset + 80))?.[1] ?? ''
}
