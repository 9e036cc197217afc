import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { problemCodes } from '../src/model/problem.ts'
import { failureKinds } from '../src/model/sample.ts'

const text = readFileSync(new URL('../../../docs/errors.md', import.meta.url), 'utf8')

function rowsOf(heading: string): string[] {
  const section = text.split(/^## /m).find((part) => part.startsWith(heading)) ?? ''
  return [...section.matchAll(/^\| `([a-z-]+)` \|/gm)].map(([, code]) => code ?? '')
}

test('docs/errors.md has a row for each problem code, in the order of the program', () => {
  expect(rowsOf('Problems')).toEqual([...problemCodes])
})

test('docs/errors.md has a row for each kind of failure', () => {
  expect(rowsOf('Failures')).toEqual([...failureKinds])
})
