/**
 * Java's modified UTF-8 (U+0000 as C0 80, characters beyond U+FFFF as two surrogates of three bytes). Broken sequences
 * become U+FFFD, one a byte; a lone surrogate stays what it is, as it does in Java.
 */
export function decodeModifiedUtf8(bytes: Buffer, from: number, to: number): string {
  for (let at = from; at < to; at++) if ((bytes[at] as number) >= 0x80) return decodeFrom(bytes, from, at, to)
  return bytes.toString('latin1', from, to)
}

/** The bytes of a text, without a length in front. */
export function encodeModifiedUtf8(text: string): Buffer {
  const bytes: number[] = []
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index)
    if (unit >= 0x01 && unit <= 0x7f) bytes.push(unit)
    else if (unit <= 0x7ff) bytes.push(0xc0 | (unit >> 6), 0x80 | (unit & 0x3f))
    else bytes.push(0xe0 | (unit >> 12), 0x80 | ((unit >> 6) & 0x3f), 0x80 | (unit & 0x3f))
  }
  return Buffer.from(bytes)
}

// fromCharCode takes its characters as arguments; some ten thousand are safe on every stack.
const UNITS_AT_ONCE = 8_192

function decodeFrom(bytes: Buffer, from: number, firstHigh: number, to: number): string {
  let text = bytes.toString('latin1', from, firstHigh)
  let units: number[] = []
  let at = firstHigh
  while (at < to) {
    const length = sequenceLength(bytes, at, to)
    units.push(unitAt(bytes, at, length))
    at += Math.max(length, 1)
    if (units.length < UNITS_AT_ONCE) continue
    text += String.fromCharCode(...units)
    units = []
  }
  return text + String.fromCharCode(...units)
}

/** Bytes of the character that begins at `at`; 0 where none does. */
function sequenceLength(bytes: Buffer, at: number, to: number): number {
  const first = bytes[at] as number
  if (first < 0x80) return 1
  const length = (first & 0xe0) === 0xc0 ? 2 : (first & 0xf0) === 0xe0 ? 3 : 0
  if (length === 0 || at + length > to) return 0
  for (let next = at + 1; next < at + length; next++) if (((bytes[next] as number) & 0xc0) !== 0x80) return 0
  return length
}

function unitAt(bytes: Buffer, at: number, length: number): number {
  const [first = 0, second = 0, third = 0] = bytes.subarray(at, at + length)
  if (length === 1) return first
  if (length === 2) return ((first & 0x1f) << 6) | (second & 0x3f)
  if (length === 3) return ((first & 0x0f) << 12) | ((second & 0x3f) << 6) | (third & 0x3f)
  return 0xfffd
}
