import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { parseDocument } from 'yaml'
import { readyMade } from '../src/observe/ssh/ready-made.ts'
import { DocumentShell } from '../src/wire/document.ts'
import { findingsOf } from '../src/wire/findings.ts'

const root = path.resolve(import.meta.dirname, '../../..')
const pages = [
  'README.md',
  'CONTRIBUTING.md',
  'CHANGELOG.md',
  ...readdirSync(path.join(root, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.md'))
    .map((file) => path.join('docs', file)),
]

function read(page: string): string {
  return readFileSync(path.join(root, page), 'utf8')
}

describe.each(pages)('%s', (page) => {
  test('every link leads somewhere', () => {
    const links = [...read(page).matchAll(/\]\(([^)]+)\)/g)].map(([, link]) => link ?? '')
    const dead = links
      .filter((link) => !/^https?:/.test(link))
      .filter((link) => {
        const [file = ''] = link.split('#')
        return file !== '' && !existsSync(path.join(root, path.dirname(page), file))
      })
    expect(dead).toEqual([])
  })

  test('every YAML block can be read, and one that is a configuration has its form', () => {
    for (const [, block] of read(page).matchAll(/```yaml\n([\s\S]*?)```/g)) {
      const document = parseDocument(block ?? '')
      expect(document.errors).toEqual([])
      const value: unknown = document.toJS()
      if (typeof value === 'object' && value !== null && 'version' in value)
        expect(findingsOf(DocumentShell, value)).toEqual([])
    }
  })
})

test('docs/operating/counters.md lists the ready-made counters of the program', () => {
  const file = 'docs/operating/counters.md'
  const rows = Object.entries(readyMade).map(([name, { help, unit }]) => `| \`${name}\` | ${help} | ${unit} |`)
  const text = `${read(file).split('|---|---|---|\n')[0]}|---|---|---|\n${rows.join('\n')}\n`
  if (process.env.UPDATE_DOCS === '1') writeFileSync(path.join(root, file), text)
  expect(read(file)).toBe(text)
})
