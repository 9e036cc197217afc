import { readFileSync } from 'node:fs'
import path from 'node:path'
import type { Answers } from '../src/jmx/answers.ts'
import type { ResultKind } from '../src/jrmp/return-decoder.ts'

/** One reply of a real JVM. */
export interface Capture {
  name: string
  kind: ResultKind
  bytes: Buffer
  /** Which attributes it answers, when it does. */
  answers: Answers | undefined
}

/** All recorded replies (see testcases/README.md), in the order in which they were recorded. */
export function readCaptures(): Capture[] {
  const folder = path.join(import.meta.dirname, '../testcases')
  const index: { file: string; kind: ResultKind; answers?: 'one' | string[] }[] = JSON.parse(
    readFileSync(path.join(folder, 'index.json'), 'utf8'),
  )
  return index.map(({ file, kind, answers }) => ({
    name: file,
    kind,
    bytes: readFileSync(path.join(folder, file)),
    answers: Array.isArray(answers) ? new Map(answers.map((name, place) => [name, place])) : answers,
  }))
}
