/** The name of an MBean in its parts, as they stand in it; a value in quotes keeps them. */
export interface ObjectNameParts {
  domain: string
  properties: readonly { key: string; value: string }[]
}

/** `key=value`, where a value may be in quotes and hold commas, equals signs and colons then. */
const property = /([^=,]+)=("(?:\\.|[^"\\])*"|[^,]*)(?:,|$)/gsy

/** The parts of an ObjectName, in its own order. What is no ObjectName has a domain and no properties. */
export function parseObjectName(name: string): ObjectNameParts {
  const end = name.indexOf(':')
  if (end === -1) return { domain: name, properties: [] }
  const properties = [...name.slice(end + 1).matchAll(property)].map(([, key = '', value = '']) => ({ key, value }))
  return { domain: name.slice(0, end), properties }
}

/** A value as people read it: without its quotes, and with what a backslash stands before. */
export function plainValue(value: string): string {
  if (value.length < 2 || !value.startsWith('"') || !value.endsWith('"')) return value
  return value.slice(1, -1).replaceAll(/\\(.)/gs, (_, letter: string) => (letter === 'n' ? '\n' : letter))
}

/** A place in the tree of MBeans: an MBean, or what several have in common, or both. */
export interface MBeanBranch {
  /** Its own in the whole tree. */
  key: string
  /** What it adds to the branch above it, such as `GarbageCollector`. */
  label: string
  /** The whole name where it is an MBean itself. */
  mbean: string | null
  branches: readonly MBeanBranch[]
  /** MBeans in it, itself included. */
  count: number
}

/** What Java's own tools put first, then the rest as it stands in the name. */
const firstKeys = ['type', 'j2eeType']

/** The tree of one domain's MBeans by their key properties: `type` first, in the order that people count in. */
export function treeOf(names: readonly string[]): MBeanBranch[] {
  const root: Growing = { label: '', mbean: null, inner: new Map() }
  for (const name of names) plant(root, name)
  return branchesOf(root, '')
}

interface Growing {
  label: string
  mbean: string | null
  inner: Map<string, Growing>
}

function plant(root: Growing, name: string): void {
  let at = root
  for (const { key, value } of inTreeOrder(parseObjectName(name).properties)) {
    const place = `${key}=${value}`
    const label = firstKeys.includes(key) || key === 'name' ? plainValue(value) : `${key}=${plainValue(value)}`
    const next: Growing = at.inner.get(place) ?? { label, mbean: null, inner: new Map() }
    at.inner.set(place, next)
    at = next
  }
  at.mbean = name
}

function inTreeOrder(properties: ObjectNameParts['properties']): ObjectNameParts['properties'] {
  const rank = (key: string) => (firstKeys.includes(key) ? firstKeys.indexOf(key) : firstKeys.length)
  return properties.toSorted((a, b) => rank(a.key) - rank(b.key))
}

const asPeopleCount = new Intl.Collator('en', { numeric: true })

function branchesOf(growing: Growing, above: string): MBeanBranch[] {
  return [...growing.inner]
    .map(([place, inner]) => branchOf(inner, `${above},${place}`))
    .sort((a, b) => asPeopleCount.compare(a.label, b.label))
}

/** A branch with one branch and nothing else is no choice: the two are one, `Manager / host=localhost`. */
function branchOf(growing: Growing, key: string): MBeanBranch {
  const branches = branchesOf(growing, key)
  const [only] = branches
  if (growing.mbean === null && only !== undefined && branches.length === 1)
    return { ...only, label: `${growing.label} / ${only.label}` }
  const count = branches.reduce((sum, branch) => sum + branch.count, growing.mbean === null ? 0 : 1)
  return { key, label: growing.label, mbean: growing.mbean, branches, count }
}

/** The names in which all words of a filter occur, whatever their case; all of them where it has none. */
export function namesWith(names: readonly string[], filter: string): string[] {
  const words = filter.toLowerCase().split(/\s+/).filter(Boolean)
  return names.filter((name) => {
    const text = name.toLowerCase()
    return words.every((word) => text.includes(word))
  })
}

/** Whether a filter is a pattern of ObjectNames (`Catalina:type=Manager,*`): the server looks those up among all names. */
export function isPattern(filter: string): boolean {
  return /^[^\s:]*:.*[*?]/.test(filter.trim())
}
