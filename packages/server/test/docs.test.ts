import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { parseDocument } from 'yaml'
import { readyMade as ofJvms } from '../src/observe/jmx/ready-made.ts'
import { readyMade as ofNodes } from '../src/observe/ssh/ready-made.ts'
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

const tableHead = '| name | what it is | unit |\n|---|---|---|\n'

/** The page with the table below a heading as the program has it. */
function withTable(
  page: string,
  heading: string,
  readyMade: Readonly<Record<string, { help: string; unit: string }>>,
): string {
  const rows = Object.entries(readyMade).map(([name, { help, unit }]) => `| \`${name}\` | ${help} | ${unit} |\n`)
  const begin = page.indexOf(tableHead, page.indexOf(`\n${heading}\n`)) + tableHead.length
  const end = begin + (/^(\|.*\n)*/.exec(page.slice(begin))?.[0].length ?? 0)
  return `${page.slice(0, begin)}${rows.join('')}${page.slice(end)}`
}

test('docs/operating/counters.md lists the ready-made counters of the program', () => {
  const file = 'docs/operating/counters.md'
  const scripts = withTable(read(file), '## Ready-made scripts', ofNodes)
  const text = withTable(scripts, '## Ready-made counters of JVMs', ofJvms)
  if (process.env.UPDATE_DOCS === '1') writeFileSync(path.join(root, file), text)
  expect(read(file)).toBe(text)
})
