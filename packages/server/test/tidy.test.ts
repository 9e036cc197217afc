import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { houseOf, readFiles } from './tidy/house.ts'
import { outgrown, type Rule, rules } from './tidy/rules.ts'

const src = 'packages/server/src'
const main = { [`${src}/main.ts`]: '' }
const lines = (count: number) => 'x()\n'.repeat(count)

/** Applies one rule to a house of these files; `main.ts` is always there. */
function broken(rule: string, files: Record<string, string>): string[] {
  return (rules[rule] as Rule)(houseOf({ ...main, ...files }))
}

interface Case {
  name: string
  rule: string
  files: Record<string, string>
  found: string
}

describe('the rules find what they are for', () => {
  test.each<Case>([
    {
      name: 'a pure room that reads a store',
      rule: 'imports follow the arrows',
      files: { [`${src}/decide/x.ts`]: "\n\nimport { a } from '../keep/store/store.ts'\n" },
      found: `${src}/decide/x.ts:3 imports ports: decide may import model only; pass the value in`,
    },
    {
      name: 'a room that knows a driver',
      rule: 'imports follow the arrows',
      files: { [`${src}/serve/http/x.ts`]: "import { a } from '../../keep/store/sqlite/sqlite.ts'" },
      found: `${src}/serve/http/x.ts:1 imports keep/store: serve may import wire, desk, ports, model only; ask for it through a function of desk`,
    },
    {
      name: 'a shape that browsers share knows the store',
      rule: 'imports follow the arrows',
      files: { [`${src}/wire/x.ts`]: "import type { Store } from '../keep/store/store.ts'" },
      found: `${src}/wire/x.ts:1 imports ports: wire may import model only; browsers load this too: the nouns and their rules are all it may know`,
    },
    {
      name: "Node's own modules in a noun",
      rule: 'imports follow the arrows',
      files: { [`${src}/model/x.ts`]: "import { a } from 'node:fs'" },
      found: `${src}/model/x.ts:1 imports node:fs: model must run anywhere, without Node's own modules; nouns know nothing but each other; move it to who uses it`,
    },
    {
      name: 'a page that reaches past the wire',
      rule: 'imports follow the arrows',
      files: { 'packages/web/src/x.tsx': "import { a } from '../../server/src/desk/a.ts'" },
      found: 'packages/web/src/x.tsx:1 imports desk: web may import wire only; give the page a wire shape',
    },
    {
      name: 'a workspace imported by its name',
      rule: 'imports follow the arrows',
      files: {
        'packages/rehearsal/package.json': '{ "name": "@tscaler/rehearsal", "exports": { "./*": "./src/*" } }',
        [`${src}/act/x.ts`]: "import { a } from '@tscaler/rehearsal/smtp.ts'",
      },
      found: `${src}/act/x.ts:1 imports rehearsal: act may import decide, reach, ports, model, worker-url only; take a port or a value as an argument`,
    },
    {
      name: 'two files that need each other',
      rule: 'no import cycles',
      files: { [`${src}/model/a.ts`]: "import './b.ts'", [`${src}/model/b.ts`]: "import type { A } from './a.ts'" },
      found: `${src}/model/a.ts → ${src}/model/b.ts → ${src}/model/a.ts: an import cycle; move what both need into a file of its own`,
    },
    {
      name: 'a room that nobody planned',
      rule: 'every file of the server is in a room',
      files: { [`${src}/utils/x.ts`]: '' },
      found: `${src}/utils/x.ts:1 lies in no room: move it into one, or add the room to test/tidy/rooms.ts and docs/architecture.md`,
    },
    {
      name: 'a file that nobody imports',
      rule: 'every file is used',
      files: { [`${src}/model/x.ts`]: '' },
      found: `${src}/model/x.ts:1 is imported from no entry point: remove it, or import it where it belongs`,
    },
    {
      name: 'any as a type argument',
      rule: 'no any, no double casts',
      files: { [`${src}/model/x.ts`]: '\nexport const x: Record<string, any> = {}' },
      found: `${src}/model/x.ts:2 any: it is the end of all checking; write unknown and narrow it, or name the type`,
    },
    {
      name: 'a cast through unknown',
      rule: 'no any, no double casts',
      files: { [`${src}/model/x.ts`]: 'export const x = 1 as unknown as string' },
      found: `${src}/model/x.ts:1 as unknown as: it hides a mistake; narrow the value with a check`,
    },
    {
      name: 'a default export',
      rule: 'no default exports',
      files: { [`${src}/model/x.ts`]: 'export default 1' },
      found: `${src}/model/x.ts:1 export default: it has another name at each importer; export it by its name`,
    },
    {
      name: 'a barrel',
      rule: 'no barrels but all.ts',
      files: {
        [`${src}/act/actions/actions.ts`]: "export * from './a.ts'",
        [`${src}/act/actions/all.ts`]: "export * from './a.ts'",
      },
      found: `${src}/act/actions/actions.ts:1 passes on what other files have: import from those files themselves`,
    },
    {
      name: 'an import without its extension',
      rule: 'relative imports carry their extension',
      files: { [`${src}/model/x.ts`]: "import './b'" },
      found: `${src}/model/x.ts:1 imports ./b: write the file's whole name (.ts or .tsx)`,
    },
    {
      name: 'the time of day',
      rule: 'banned calls',
      files: {
        [`${src}/act/x.ts`]: 'export const a = Date.now()',
        [`${src}/model/clock.ts`]: 'export const a = Date.now()',
      },
      found: `${src}/act/x.ts:1 Date.now is banned here: take the instant as an argument, or a Clock (model/clock.ts)`,
    },
    {
      name: 'the time of day by its other name',
      rule: 'banned calls',
      files: { [`${src}/act/x.ts`]: 'export const a = [new Date(), new Date(5)]' },
      found: `${src}/act/x.ts:1 new Date() is banned here: take the instant as an argument, or a Clock (model/clock.ts)`,
    },
    {
      name: 'chance',
      rule: 'banned calls',
      files: { [`${src}/act/x.ts`]: 'export const a = Math.random()' },
      found: `${src}/act/x.ts:1 Math.random is banned here: take it from model/ids.ts, or pass the draw in`,
    },
    {
      name: 'a mocked module',
      rule: 'banned calls',
      files: { [`${src}/act/x.test.ts`]: "vi.mock('./y.ts')" },
      found: `${src}/act/x.test.ts:1 vi.mock is banned here: pass a port or a value in`,
    },
    {
      name: 'printing past the logger',
      rule: 'banned calls',
      files: { [`${src}/act/x.ts`]: 'console.log(1)', [`${src}/serve/cli/x.ts`]: 'console.log(1)' },
      found: `${src}/act/x.ts:1 console.log is banned here: use the logger that is handed in`,
    },
    {
      name: 'reading the environment',
      rule: 'banned calls',
      files: {
        [`${src}/act/x.ts`]: 'export const a = process.env.HOME',
        [`${src}/config.ts`]: 'export const a = process.env',
      },
      found: `${src}/act/x.ts:1 process.env is banned here: let config.ts read it and main.ts hand it in`,
    },
    {
      name: 'a check switched off',
      rule: 'no switched-off checks',
      files: { [`${src}/act/x.ts`]: `\n// @ts-${'ignore'}\n` },
      found: `${src}/act/x.ts:2 @ts-${'ignore'}: it switches a check off; repair what it found`,
    },
    {
      name: 'a folder of another machine',
      rule: 'no words that only one machine knows',
      files: { 'docs/x.md': `see /work/${'shared'}/x.md` },
      found: `docs/x.md:1 /work/${'shared'}: it means nothing to who reads this elsewhere; say it in the words of this repository`,
    },
    {
      name: 'a file that is too long',
      rule: 'no file over 400 lines',
      files: { [`${src}/act/x.ts`]: lines(401), [`${src}/act/y.ts`]: lines(400) },
      found: `${src}/act/x.ts:400 goes on to line 401: split it by purpose`,
    },
  ])('$name', ({ rule, files, found }) => {
    expect(broken(rule, files)).toEqual([found])
  })

  test('a tree without mistakes breaks none', () => {
    const house = houseOf({
      [`${src}/main.ts`]:
        "import { fires } from './decide/fires.ts'\nimport { sqlite } from './keep/store/sqlite/sqlite.ts'\nfires(sqlite)",
      [`${src}/decide/fires.ts`]:
        "import type { Node } from '../model/node.ts'\nexport function fires(any: Node) { return any }",
      [`${src}/keep/store/sqlite/sqlite.ts`]:
        "import type { Store } from '../store.ts'\nexport const sqlite: Store = {}",
      [`${src}/keep/store/store.ts`]:
        "import type { Node } from '../../model/node.ts'\nexport type Store = { node?: Node }",
      [`${src}/model/node.ts`]: "// any Date.now() here is but a word\nexport type Node = 'any'",
    })
    expect(Object.values(rules).flatMap((rule) => rule(house))).toEqual([])
  })

  test('what has outgrown the guide is listed, longest first', () => {
    const house = houseOf({ [`${src}/act/x.ts`]: `export function long() {\n${lines(30)}}\n${lines(230)}` })
    expect(outgrown(house)).toEqual([`${src}/act/x.ts: 262 lines`, `${src}/act/x.ts:1 long: 32 lines`])
  })
})

describe('this repository', () => {
  const house = houseOf(readFiles(path.resolve(import.meta.dirname, '../../..')))

  test.each(Object.entries(rules))('%s', (_name, rule) => {
    expect(rule(house)).toEqual([])
  })

  test('what has outgrown the guide is shown, and may stay where it reads better whole', () => {
    const found = outgrown(house)
    if (found.length > 0)
      process.stdout.write(`outgrown (files over 250 lines, functions over 30):\n  ${found.join('\n  ')}\n`)
  })
})
