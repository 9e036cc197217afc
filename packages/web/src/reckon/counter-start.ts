import { parseObjectName, plainValue } from './object-name.ts'

/** A number in a JVM: an attribute of an MBean, or a key within one. */
export interface Place {
  mbean: string
  attribute: string
  /** Keys with dots in between; empty: the attribute itself. */
  key: string
}

/** The longest name that a thing may have. */
const nameMax = 63

/** A free name for a counter of the place: `heap-memory-usage-used`, or with the MBean's own name where it is one of several. */
export function suggestedName({ mbean, attribute, key }: Place, taken: ReadonlySet<string>): string {
  const words = [ownNameOf(mbean), attribute, key].map(kebab).filter(Boolean).join('-')
  const begun = /^[a-z]/.test(words) ? words : `counter-${words}`
  for (let again = 1; ; again++) {
    const end = again === 1 ? '' : `-${again}`
    const name = `${begun.slice(0, nameMax - end.length).replace(/-+$/, '')}${end}`
    if (!taken.has(name)) return name
  }
}

/** Attributes of Java's own single MBeans say by themselves what they are. */
function ownNameOf(mbean: string): string {
  const { domain, properties } = parseObjectName(mbean)
  const propertyOf = (wanted: string) => properties.find(({ key }) => key === wanted)?.value
  const name = propertyOf('name') ?? (domain === 'java.lang' ? undefined : (propertyOf('type') ?? properties[0]?.value))
  return name === undefined ? '' : plainValue(name)
}

function kebab(text: string): string {
  return text
    .replaceAll(/([a-z\d])([A-Z])/g, '$1-$2')
    .replaceAll(/([A-Z]+)([A-Z][a-z])/g, '$1-$2')
    .toLowerCase()
    .replaceAll(/[^a-z\d]+/g, '-')
    .replaceAll(/^-+|-+$/g, '')
}

/** By what names end in, where Java and Tomcat say no unit: nanoseconds first, since processor times are. */
const units: readonly { unit: string; names: RegExp }[] = [
  { unit: '', names: /StartTime$|startTime$|Timestamp$/ },
  { unit: 'ns', names: /CpuTime$|UserTime$|Nanos$/ },
  { unit: 'ms', names: /Time$|time$|Uptime$|Millis$|Ms$|Duration$/ },
  { unit: 's', names: /Seconds$|Secs$/ },
  { unit: '%', names: /Percent$|Percentage$/ },
  { unit: 'bytes', names: /Bytes$|bytes$|bytes(Sent|Received)$|(Memory|SwapSpace|Heap|MemoryUsed|Capacity)Size$/ },
  { unit: 'bytes', names: /^MemoryUsed$|^TotalCapacity$/ },
]
const memoryKeys = /(^|\.)(init|used|committed|max)$/

/** The unit that the number most likely has; empty where nothing tells. */
export function guessedUnit({ attribute, key }: Pick<Place, 'attribute' | 'key'>): string {
  if (/Usage/i.test(attribute) && memoryKeys.test(key)) return 'bytes'
  if (/memoryUsage/i.test(key) && memoryKeys.test(key)) return 'bytes'
  const last = key === '' ? attribute : (key.split('.').at(-1) ?? '')
  return units.find(({ names }) => names.test(last))?.unit ?? ''
}
