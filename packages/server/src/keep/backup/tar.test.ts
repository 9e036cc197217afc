import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { Readable } from 'node:stream'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { DamagedArchive, entriesOf, tarOf } from './tar.ts'

interface Plain {
  name: string
  content: Buffer
}

const files = fc.array(
  fc.record({
    name: fc.stringMatching(/^[a-z][a-z.]{0,90}$/),
    content: fc.uint8Array({ maxLength: 1_500 }).map((bytes) => Buffer.from(bytes)),
  }),
  { maxLength: 4 },
)

async function archiveOf(plain: readonly Plain[]): Promise<Buffer> {
  const entries = plain.map(({ name, content }) => ({ name, bytes: content.length, content: Readable.from([content]) }))
  const parts: Buffer[] = []
  for await (const part of tarOf(entries, 1_700_000_000_000)) parts.push(part)
  return Buffer.concat(parts)
}

async function read(archive: Buffer, chunkBytes = archive.length || 1): Promise<Plain[]> {
  const chunks: Buffer[] = []
  for (let at = 0; at < archive.length; at += chunkBytes) chunks.push(archive.subarray(at, at + chunkBytes))
  const found: Plain[] = []
  for await (const { name, content } of entriesOf(Readable.from(chunks))) {
    const parts: Buffer[] = []
    for await (const part of content) parts.push(part)
    found.push({ name, content: Buffer.concat(parts) })
  }
  return found
}

test('what was written is read again, however it is cut into chunks', async () => {
  await fc.assert(
    fc.asyncProperty(files, fc.integer({ min: 1, max: 2_000 }), async (plain, chunkBytes) => {
      expect(await read(await archiveOf(plain), chunkBytes)).toEqual(plain)
    }),
    { numRuns: 50 },
  )
})

test('an archive that is cut short anywhere before its end is damaged', async () => {
  const archive = await archiveOf([{ name: 'a', content: Buffer.alloc(700, 'x') }])
  for (const bytes of [0, 1, 511, 512, 600, 1_211, 1_535, 1_536])
    await expect(read(archive.subarray(0, bytes)), `${bytes} bytes`).rejects.toThrow(DamagedArchive)
})

test('a link in it, or a header that was changed, is refused', async () => {
  const archive = await archiveOf([{ name: 'a', content: Buffer.from('x') }])
  const renamed = Buffer.from(archive)
  renamed.write('b', 0)
  await expect(read(renamed)).rejects.toThrow('does not have its own sum')
  const link = Buffer.from(archive)
  link.write('2', 156)
  link.write((Number.parseInt(archive.toString('latin1', 148, 154), 8) + 2).toString(8).padStart(6, '0'), 148)
  await expect(read(link)).rejects.toThrow('"a" in it is no plain file')
})

test('tar itself reads it', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'tscaler-tar-'))
  try {
    writeFileSync(path.join(folder, 'a.tar'), await archiveOf([{ name: 'one.txt', content: Buffer.from('content') }]))
    execFileSync('tar', ['xf', 'a.tar'], { cwd: folder })
    expect(readFileSync(path.join(folder, 'one.txt'), 'utf8')).toBe('content')
  } finally {
    rmSync(folder, { recursive: true })
  }
})

test('a file of more than 8 GiB keeps its size', async () => {
  const bytes = 9 * 2 ** 30
  // Only its header is made: the content of nine gigabytes is not what this is about.
  const header = await tarOf([{ name: 'big', bytes, content: Readable.from([]) }], 0).next()
  const { value } = await entriesOf(Readable.from([header.value])).next()
  expect(value).toMatchObject({ name: 'big', bytes })
})
