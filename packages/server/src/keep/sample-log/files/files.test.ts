import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, test, vi } from 'vitest'
import { FakeClock } from '../../../model/fake-clock.ts'
import { withSmallDisk } from '../../small-disk.ts'
import { loggedValue, sampleLogConform } from '../sample-log.conformance.ts'
import { sampleLogFiles } from './files.ts'

const folders: string[] = []

afterEach(async () => {
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true, force: true })
})

sampleLogConform(async () => {
  const folder = await newFolder()
  const log = sampleLogFiles({ folder, clock: new FakeClock() })
  return { log, lines: () => linesOf(folder), remove: () => log.close() }
})

test('a tick writes what came since the last', async () => {
  const [folder, clock] = [await newFolder(), new FakeClock()]
  const log = sampleLogFiles({ folder, clock })
  log.append([loggedValue(1)])
  clock.advance(1_000)
  await vi.waitUntil(async () => (await linesOf(folder)).length === 1)
  await log.close()
})

test('a full file becomes .1, and the oldest is dropped', async () => {
  const folder = await newFolder()
  const log = sampleLogFiles({ folder, clock: new FakeClock(), fileBytesMax: 1_000, filesMax: 3 })
  for (let n = 0; n < 100; n++) {
    log.append([loggedValue(n)])
    await log.flush()
  }
  await log.close()
  expect((await readdir(folder)).sort()).toEqual(['samples.log', 'samples.log.1', 'samples.log.2'])
  const values = (await linesOf(folder)).map((line) => JSON.parse(line).value)
  expect(values).toEqual(Array.from({ length: values.length }, (_, n) => 100 - values.length + n))
})

test('a log that is begun again goes on in the same file', async () => {
  const folder = await newFolder()
  for (let n = 0; n < 2; n++) {
    const log = sampleLogFiles({ folder, clock: new FakeClock() })
    log.append([loggedValue(n)])
    await log.close()
  }
  expect(await linesOf(folder)).toHaveLength(2)
})

test('where nothing can be written it says so, keeps the newest lines and goes on by itself', async () => {
  const folder = join(await newFolder(), 'in', 'the', 'way')
  await mkdir(join(folder, '..'), { recursive: true })
  await writeFile(folder, 'a file where a folder should be')
  const log = sampleLogFiles({ folder, clock: new FakeClock(), waitingLinesMax: 3 })
  log.append([0, 1, 2, 3, 4].map(loggedValue))
  await log.flush()
  expect(log.trouble()).toMatch(/samples\.log can't be written: .*2 lines are lost\.$/)
  await rm(folder)
  await log.flush()
  expect(log.trouble()).toBeNull()
  expect((await linesOf(folder)).map((line) => JSON.parse(line).value)).toEqual([2, 3, 4])
  await log.close()
})

test('a full disk leaves no half line behind', async (context) => {
  await withSmallDisk(context, async (disk) => {
    const log = sampleLogFiles({ folder: disk.folder, clock: new FakeClock() })
    await disk.fill()
    log.append(Array.from({ length: 2_000 }, (_, n) => loggedValue(n)))
    await log.flush()
    expect(log.trouble()).toMatch(/ENOSPC/)
    await disk.free()
    await log.flush()
    expect(log.trouble()).toBeNull()
    const values = (await linesOf(disk.folder)).map((line) => JSON.parse(line).value)
    expect(values).toEqual(Array.from({ length: 2_000 }, (_, n) => n))
    await log.close()
  })
})

async function newFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'sample-log-'))
  folders.push(folder)
  return folder
}

async function linesOf(folder: string): Promise<string[]> {
  const names = (await readdir(folder))
    .filter((name) => name.startsWith('samples.log'))
    .sort()
    .reverse()
  const texts = await Promise.all(names.map((name) => readFile(join(folder, name), 'utf8')))
  return texts
    .join('')
    .split('\n')
    .filter((line) => line !== '')
}
