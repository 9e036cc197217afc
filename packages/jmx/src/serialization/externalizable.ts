import type { ByteReader } from '../bytes/reader.ts'
import { JmxError } from '../error.ts'

/** The class that all of java.time writes itself as. */
export const TIME_CLASS = 'java.time.Ser'

/** Reads one value of java.time (the kind byte and what belongs to it) as the text that its toString gives. */
export function readTimeValue(reader: ByteReader): string {
  const kind = reader.u8()
  const read = kinds[kind]
  if (!read) throw new JmxError('unserialisable', `java.time value of the unknown kind ${kind}.`)
  return read(reader)
}

const kinds: Readonly<Record<number, (reader: ByteReader) => string>> = {
  1: (reader) => durationText(reader.bigLong(), reader.i32()),
  2: (reader) => instantText(reader.bigLong(), reader.i32()),
  3: date,
  4: time,
  5: dateTime,
  6: zonedDateTime,
  7: (reader) => reader.utf(),
  8: offset,
  9: (reader) => time(reader) + offset(reader),
  10: (reader) => dateTime(reader) + offset(reader),
  11: (reader) => year(reader.i32(), 1),
  12: (reader) => `${year(reader.i32())}-${two(reader.u8())}`,
  13: (reader) => `--${two(reader.u8())}-${two(reader.u8())}`,
  14: period,
}

function date(reader: ByteReader): string {
  return `${year(reader.i32())}-${two(reader.u8())}-${two(reader.u8())}`
}

/** Hour, minute and second; what follows the last one sent is zero, and that one is sent with its bits inverted. */
function time(reader: ByteReader): string {
  const parts = [0, 0, 0]
  for (let index = 0; index < 3; index++) {
    const part = reader.i8()
    parts[index] = part < 0 ? ~part : part
    if (part < 0) return timeText(parts, 0)
  }
  return timeText(parts, reader.i32())
}

function timeText([hour = 0, minute = 0, second = 0]: number[], nano: number): string {
  const clock = `${two(hour)}:${two(minute)}`
  return second === 0 && nano === 0 ? clock : `${clock}:${two(second)}${fraction(nano, true)}`
}

function dateTime(reader: ByteReader): string {
  return `${date(reader)}T${time(reader)}`
}

function zonedDateTime(reader: ByteReader): string {
  const local = dateTime(reader)
  const zoneOffset = offset(reader)
  const zone = readTimeValue(reader)
  return zone === zoneOffset ? local + zoneOffset : `${local}${zoneOffset}[${zone}]`
}

function offset(reader: ByteReader): string {
  const quarters = reader.i8()
  const total = quarters === 127 ? reader.i32() : quarters * 900
  if (total === 0) return 'Z'
  const seconds = Math.abs(total)
  const text = `${total < 0 ? '-' : '+'}${two(Math.floor(seconds / 3600))}:${two(Math.floor(seconds / 60) % 60)}`
  return seconds % 60 === 0 ? text : `${text}:${two(seconds % 60)}`
}

function period(reader: ByteReader): string {
  const parts = [reader.i32(), reader.i32(), reader.i32()]
  const text = parts.map((count, index) => (count === 0 ? '' : `${count}${'YMD'.charAt(index)}`)).join('')
  return text === '' ? 'P0D' : `P${text}`
}

function durationText(seconds: bigint, nanos: number): string {
  if (seconds === 0n && nanos === 0) return 'PT0S'
  // Java keeps the nanos positive: −0.5 s is −1 s and 500,000,000 ns.
  const whole = seconds < 0n && nanos > 0 ? seconds + 1n : seconds
  const rest = seconds < 0n && nanos > 0 ? 1_000_000_000 - nanos : nanos
  const [hours, minutes, left] = [whole / 3600n, (whole % 3600n) / 60n, whole % 60n]
  const text = `PT${hours === 0n ? '' : `${hours}H`}${minutes === 0n ? '' : `${minutes}M`}`
  if (left === 0n && rest === 0) return text
  return `${text}${left === 0n && seconds < 0n && rest > 0 ? '-0' : left}${fraction(rest, false)}S`
}

// The instants that a JavaScript date can hold, in seconds.
const DATE_SECONDS_MAX = 8_640_000_000_000n

function instantText(seconds: bigint, nanos: number): string {
  if (seconds > DATE_SECONDS_MAX || seconds < -DATE_SECONDS_MAX) return `${seconds}s${fraction(nanos, false)}`
  const [whole] = new Date(Number(seconds) * 1000).toISOString().split('.')
  return `${whole}${fraction(nanos, true)}Z`
}

/** Nanoseconds behind a point: in groups of three digits, or without the zeros at the end. */
function fraction(nanos: number, grouped: boolean): string {
  if (nanos === 0) return ''
  const digits = String(nanos).padStart(9, '0').replace(/0+$/, '')
  return `.${grouped ? digits.padEnd(Math.ceil(digits.length / 3) * 3, '0') : digits}`
}

function year(value: number, digits = 4): string {
  const text = String(Math.abs(value)).padStart(digits, '0')
  return value < 0 ? `-${text}` : value > 9999 && digits === 4 ? `+${text}` : text
}

function two(value: number): string {
  return String(value).padStart(2, '0')
}
