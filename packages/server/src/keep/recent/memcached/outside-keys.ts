import { parseSeriesId, type SeriesId } from '../../../model/sample.ts'

/** How the design's keys are written for outside readers. */
export interface OutsideForm {
  /** Keys with the second of each sample; or with its minute, which then has the minute's last sample. */
  keys: 'second' | 'minute'
  /** The IANA zone of the time in a key. */
  zone: string
  /** In front of each, such as `:1:` for readers that use Django's cache. */
  prefix: string
}

/** The keys of one series. Design, "Performance data". */
export interface OutsideKeys {
  /** `ssh_sshcounter.<node>.<counter>` or `jmx_jmxcounter.<node>.<jvm>.<counter>`: its hits. */
  hitsKey(series: SeriesId): string
  /** The same with `.<yyyyMMddHHmmss>` or `.<yyyyMMddHHmm>`: the value of that time. */
  valueKey(series: SeriesId, at: number): string
}

/** Builds them; an unknown zone throws RangeError. */
export function outsideKeys({ keys, zone, prefix }: OutsideForm): OutsideKeys {
  const stamp = stamps(zone)
  const hitsKey = (series: SeriesId) => `${prefix}${nameOf(series)}`
  const length = keys === 'second' ? 14 : 12
  return { hitsKey, valueKey: (series, at) => `${hitsKey(series)}.${stamp(at).slice(0, length)}` }
}

/** Whether this machine knows the zone. */
export function isZone(zone: string): boolean {
  try {
    stamps(zone)
    return true
  } catch {
    return false
  }
}

function nameOf(id: SeriesId): string {
  const series = parseSeriesId(id)
  if (!series) throw new Error(`"${id}" is no series`)
  const { node, jvm, counter } = series
  return jvm === undefined ? `ssh_sshcounter.${node}.${counter}` : `jmx_jmxcounter.${node}.${jvm}.${counter}`
}

/** `yyyyMMddHHmmss` in the zone. Samples come by the hundred in a second, and zones cost a hundred times what all else does. */
function stamps(zone: string): (at: number) => string {
  const digits = { month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', second: '2-digit' } as const
  const format = new Intl.DateTimeFormat('en', { year: 'numeric', ...digits, hourCycle: 'h23', timeZone: zone })
  let [last, text] = [Number.NaN, '']
  return (at) => {
    const second = Math.floor(at / 1_000)
    if (second !== last) {
      const parts = new Map(format.formatToParts(second * 1_000).map(({ type, value }) => [type, value]))
      const order = ['year', 'month', 'day', 'hour', 'minute', 'second'] as const
      text = order.map((part) => parts.get(part) ?? '').join('')
      last = second
    }
    return text
  }
}
