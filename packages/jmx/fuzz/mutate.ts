import type { Capture } from './captures.ts'
import type { SeededRandom } from './random.ts'

// One change finds what one byte can do; more of them find what lies behind a first mistake.
const CHANGES_MAX = 4
// Lengths, counts and handles at their limits.
const WORDS = [0, 1, -1, 0x7f_ff_ff_ff, -0x80_00_00_00, 0x7e0000, 0x7e0001, 0x7e7fff, 0xff_ff, 0x01_00_00_00]
const TAGS = [0x70, 0x71, 0x72, 0x73, 0x74, 0x75, 0x76, 0x77, 0x78, 0x79, 0x7a, 0x7b, 0x7c, 0x7d, 0x7e]
// Repeating a part so often nests or floods; more only makes it slower.
const REPEATS_MAX = 200
const BYTES_MAX = 64 * 1024

/** A reply with a few changes: what a broken or hostile server might send. */
export function mutate(capture: Capture, captures: readonly Capture[], random: SeededRandom): Buffer {
  let bytes: Buffer = Buffer.from(capture.bytes)
  for (let changes = 1 + random.below(CHANGES_MAX); changes > 0; changes--) {
    bytes = random.pick(CHANGES)(bytes, random, captures)
    if (bytes.length > BYTES_MAX) bytes = bytes.subarray(0, BYTES_MAX)
  }
  return bytes
}

type Change = (bytes: Buffer, random: SeededRandom, captures: readonly Capture[]) => Buffer

const CHANGES: readonly Change[] = [
  (bytes, random) => written(bytes, random.below(bytes.length), [random.below(256)]),
  (bytes, random) => written(bytes, random.below(bytes.length), [(bytes[0] ?? 0) ^ (1 << random.below(8))]),
  (bytes, random) => written(bytes, random.below(bytes.length), [random.pick(TAGS)]),
  (bytes, random) => {
    const word = Buffer.alloc(4)
    word.writeInt32BE(random.pick(WORDS) | 0)
    return written(bytes, random.below(bytes.length), word)
  },
  (bytes, random) => written(bytes, random.below(bytes.length), [0xff, 0xff]),
  (bytes, random) => bytes.subarray(0, random.below(bytes.length + 1)),
  (bytes, random) => {
    const [from, to] = range(bytes, random)
    return Buffer.concat([bytes.subarray(0, from), bytes.subarray(to)])
  },
  (bytes, random) => {
    const [from, to] = range(bytes, random)
    const part = bytes.subarray(from, to)
    const copies = Array.from({ length: 1 + random.below(REPEATS_MAX) }, () => part)
    return Buffer.concat([bytes.subarray(0, from), ...copies, bytes.subarray(from)])
  },
  (bytes, random, captures) => {
    const other = random.pick(captures).bytes
    const [from, to] = range(other, random)
    const at = random.below(bytes.length + 1)
    return Buffer.concat([bytes.subarray(0, at), other.subarray(from, to), bytes.subarray(at)])
  },
  (bytes, random) => {
    const inserted = Buffer.from(Array.from({ length: 1 + random.below(8) }, () => random.below(256)))
    const at = random.below(bytes.length + 1)
    return Buffer.concat([bytes.subarray(0, at), inserted, bytes.subarray(at)])
  },
]

function written(bytes: Buffer, at: number, values: ArrayLike<number>): Buffer {
  for (let index = 0; index < values.length && at + index < bytes.length; index++)
    bytes[at + index] = values[index] ?? 0
  return bytes
}

function range(bytes: Buffer, random: SeededRandom): [from: number, to: number] {
  const from = random.below(bytes.length + 1)
  return [from, Math.min(bytes.length, from + 1 + random.below(40))]
}
