import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { isPattern, type MBeanBranch, namesWith, parseObjectName, plainValue, treeOf } from './object-name.ts'

test.each([
  { name: 'java.lang:type=Memory', domain: 'java.lang', properties: [['type', 'Memory']] },
  {
    name: 'Catalina:type=Manager,host=localhost,context=/shop',
    domain: 'Catalina',
    properties: [
      ['type', 'Manager'],
      ['host', 'localhost'],
      ['context', '/shop'],
    ],
  },
  {
    name: 'Catalina:type=ThreadPool,name="http-nio-127.0.0.1-8080"',
    domain: 'Catalina',
    properties: [
      ['type', 'ThreadPool'],
      ['name', '"http-nio-127.0.0.1-8080"'],
    ],
  },
  {
    name: 'kafka:client="a,b=c:d",type=app',
    domain: 'kafka',
    properties: [
      ['client', '"a,b=c:d"'],
      ['type', 'app'],
    ],
  },
  { name: String.raw`x:name="say \"hi, you\""`, domain: 'x', properties: [['name', String.raw`"say \"hi, you\""`]] },
  { name: 'x:path=a=b', domain: 'x', properties: [['path', 'a=b']] },
  { name: ':type=Nameless', domain: '', properties: [['type', 'Nameless']] },
  { name: 'no name at all', domain: 'no name at all', properties: [] },
])('the parts of $name', ({ name, domain, properties }) => {
  const parts = parseObjectName(name)
  expect(parts.domain).toBe(domain)
  expect(parts.properties.map(({ key, value }) => [key, value])).toEqual(properties)
})

test('quoted values of any text come back whole', () => {
  const quoted = fc.string().map((text) => ({
    text,
    value: `"${text.replaceAll(/["\\*?]/g, String.raw`\$&`).replaceAll('\n', String.raw`\n`)}"`,
  }))
  fc.assert(
    fc.property(fc.array(quoted, { minLength: 1, maxLength: 5 }), (values) => {
      const name = `d:${values.map(({ value }, index) => `k${index}=${value}`).join(',')}`
      const { properties } = parseObjectName(name)
      expect(properties.map(({ value }) => plainValue(value))).toEqual(values.map(({ text }) => text))
    }),
  )
})

const outline = (branches: readonly MBeanBranch[]): unknown[] =>
  branches.map(({ label, mbean, branches: inner }) =>
    inner.length === 0 ? label : [mbean === null ? label : `${label} (itself)`, outline(inner)],
  )

describe('the tree of a domain', () => {
  test('groups by type, then by the rest, in the order that people count in', () => {
    const names = [
      'java.lang:name=G1 Old Generation,type=GarbageCollector',
      'java.lang:type=Memory',
      'java.lang:name=G1 Young Generation,type=GarbageCollector',
      'java.lang:type=Runtime',
    ]
    expect(outline(treeOf(names))).toEqual([
      ['GarbageCollector', ['G1 Old Generation', 'G1 Young Generation']],
      'Memory',
      'Runtime',
    ])
  })

  test('an MBean that others lie below stays one that can be opened', () => {
    const [memory] = treeOf(['x:type=Memory', 'x:type=Memory,name=a', 'x:type=Memory,name=b'])
    expect(memory).toMatchObject({ label: 'Memory', mbean: 'x:type=Memory', count: 3 })
    expect(memory?.branches.map(({ label }) => label)).toEqual(['a', 'b'])
  })

  test('what leaves no choice is one branch', () => {
    expect(outline(treeOf(['Catalina:type=Manager,host=localhost,context=/shop']))).toEqual([
      'Manager / host=localhost / context=/shop',
    ])
  })

  test('a value in quotes is shown without them, whatever is in it', () => {
    expect(outline(treeOf(['x:type=Pool,name="a,b=c"', 'x:type=Pool,name=10', 'x:type=Pool,name=9']))).toEqual([
      ['Pool', ['9', '10', 'a,b=c']],
    ])
  })

  test('has every MBean once, under keys of their own', () => {
    const word = fc.stringMatching(/^[a-z]{1,2}$/)
    const name = fc
      .uniqueArray(fc.tuple(word, word), { minLength: 1, maxLength: 4, selector: ([key]) => key })
      .map((pairs) => `d:${pairs.map(([key, value]) => `${key}=${value}`).join(',')}`)
    fc.assert(
      fc.property(fc.uniqueArray(name, { maxLength: 30 }), (names) => {
        const all = flat(treeOf(names))
        expect(all.flatMap(({ mbean }) => (mbean === null ? [] : [mbean])).sort()).toEqual([...names].sort())
        expect(new Set(all.map(({ key }) => key)).size).toBe(all.length)
      }),
    )
  })
})

function flat(branches: readonly MBeanBranch[]): MBeanBranch[] {
  return branches.flatMap((branch) => [branch, ...flat(branch.branches)])
}

test.each([
  { filter: '', kept: 2 },
  { filter: 'memory', kept: 1 },
  { filter: 'GARBAGE  young', kept: 1 },
  { filter: 'young memory', kept: 0 },
])('the filter "$filter" keeps $kept of two names', ({ filter, kept }) => {
  const names = ['java.lang:type=Memory', 'java.lang:type=GarbageCollector,name=G1 Young']
  expect(namesWith(names, filter)).toHaveLength(kept)
})

test.each([
  { filter: 'Catalina:*', pattern: true },
  { filter: '*:type=Manager,*', pattern: true },
  { filter: 'java.lang:type=Mem', pattern: false },
  { filter: 'Mem*', pattern: false },
])('$filter is a pattern: $pattern', ({ filter, pattern }) => {
  expect(isPattern(filter)).toBe(pattern)
})
