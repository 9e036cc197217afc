import type { Readable } from 'node:stream'

/** One file of an archive. */
export interface Entry {
  name: string
  bytes: number
  content: AsyncIterable<Buffer>
}

/** POSIX.1-1988 ustar: blocks of this size, all of it. */
const BLOCK = 512

/** The bytes of a tar archive with these plain files, in order. `content` must give exactly `bytes` bytes. */
export async function* tarOf(
  entries: Iterable<Entry> | AsyncIterable<Entry>,
  modifiedAt: number,
): AsyncGenerator<Buffer> {
  for await (const { name, bytes, content } of entries) {
    yield headerOf(name, bytes, modifiedAt)
    let written = 0
    for await (const chunk of content) {
      written += chunk.length
      yield chunk
    }
    if (written !== bytes) throw new Error(`${name} has ${written} bytes where ${bytes} were announced`)
    yield Buffer.alloc(padding(bytes))
  }
  yield Buffer.alloc(2 * BLOCK)
}

/**
 * The plain files of a tar archive, one after another: an entry's content is to be read to its end before the next is asked
 * for. Throws `DamagedArchive` where it is cut short, is none, or holds anything but plain files.
 */
export async function* entriesOf(archive: Readable): AsyncGenerator<Entry> {
  const source = new Source(archive)
  for (;;) {
    const header = await source.take(BLOCK)
    if (header.every((byte) => byte === 0)) return
    const { name, bytes } = readHeader(header)
    yield { name, bytes, content: source.next(bytes) }
    await source.take(padding(bytes))
  }
}

/** What was read is no whole archive of plain files. */
export class DamagedArchive extends Error {}

function padding(bytes: number): number {
  return (BLOCK - (bytes % BLOCK)) % BLOCK
}

function headerOf(name: string, bytes: number, modifiedAt: number): Buffer {
  const header = Buffer.alloc(BLOCK)
  header.write(name, 0, 100, 'latin1')
  header.write('0000600\0', 100)
  header.write('0000000\0', 108)
  header.write('0000000\0', 116)
  writeSize(header, bytes)
  header.write(`${octal(Math.floor(modifiedAt / 1_000), 11)} `, 136)
  header.write('        ', 148) // the sum is made with blanks in its own place
  header.write('0', 156)
  header.write('ustar\x0000', 257)
  const sum = header.reduce((total, byte) => total + byte, 0)
  header.write(`${octal(sum, 6)}\0 `, 148)
  return header
}

function octal(value: number, digits: number): string {
  return value.toString(8).padStart(digits, '0')
}

const OCTAL_MAX = 8 ** 11 // eleven octal digits: 8 GiB

/** Beyond 8 GiB in base 256, as GNU tar and all that read it do. */
function writeSize(header: Buffer, bytes: number): void {
  if (bytes < OCTAL_MAX) header.write(`${octal(bytes, 11)} `, 124)
  else {
    header.writeUInt8(0x80, 124)
    header.writeBigUInt64BE(BigInt(bytes), 128)
  }
}

function readHeader(header: Buffer): { name: string; bytes: number } {
  const sum = header.reduce((total, byte, at) => total + (at >= 148 && at < 156 ? 0x20 : byte), 0)
  if (sum !== readOctal(header, 148, 8)) throw new DamagedArchive('a header of it does not have its own sum')
  const name = header.toString('latin1', 0, 100).replace(/\0.*$/s, '')
  const type = String.fromCharCode(header[156] ?? 0)
  if (type !== '0' && type !== '\0') throw new DamagedArchive(`${JSON.stringify(name)} in it is no plain file`)
  const bytes = header[124] === 0x80 ? Number(header.readBigUInt64BE(128)) : readOctal(header, 124, 12)
  return { name, bytes }
}

function readOctal(header: Buffer, at: number, length: number): number {
  const text = header.toString('latin1', at, at + length).replace(/[\0 ]+$/, '')
  if (!/^[0-7]+$/.test(text)) throw new DamagedArchive('a header of it can not be read')
  return Number.parseInt(text, 8)
}

/** The bytes of a stream, as many at a time as are asked for. */
class Source {
  readonly #chunks: AsyncIterator<Buffer>
  #rest = Buffer.alloc(0)

  constructor(stream: Readable) {
    this.#chunks = stream[Symbol.asyncIterator]()
  }

  async take(count: number): Promise<Buffer> {
    const parts: Buffer[] = []
    for await (const part of this.next(count)) parts.push(part)
    return Buffer.concat(parts)
  }

  async *next(count: number): AsyncGenerator<Buffer> {
    for (let wanted = count; wanted > 0; ) {
      if (this.#rest.length === 0) await this.#read()
      const part = this.#rest.subarray(0, wanted)
      this.#rest = this.#rest.subarray(part.length)
      wanted -= part.length
      yield part
    }
  }

  async #read(): Promise<void> {
    const { done, value } = await this.#chunks.next()
    if (done) throw new DamagedArchive('it ends too early')
    this.#rest = Buffer.from(value)
  }
}
