import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { dumpMBeans } from './java-client.ts'
import { type JrmpRecorder, startJrmpRecorder } from './jrmp-recorder.ts'
import { type Jvm, startJvm } from './jvm.ts'
import { requirePart } from './parts.ts'

const { skip } = requirePart('java')
const RECORDER_HOST = '127.9.9.9'

describe.skipIf(skip)('a recorder', () => {
  let folder = ''
  let jvm: Jvm | undefined
  let recorder: JrmpRecorder | undefined

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'rehearsal-recorder-'))
  })

  afterEach(async () => {
    await recorder?.close()
    await jvm?.stop()
    await rm(folder, { recursive: true, force: true })
  })

  test.each([{ rmiPort: 'same' }, { rmiPort: 'other' }] as const)(
    'keeps both directions of every connection, RMI port: $rmiPort',
    async ({ rmiPort }) => {
      // The Java client dials the host of the stub, so that the JVM has to announce the recorder's.
      jvm = await startJvm({ announcedHost: RECORDER_HOST, rmiPort })
      recorder = await startJrmpRecorder({ jvm, folder: join(folder, 'session'), host: RECORDER_HOST })
      const lines = await dumpMBeans(recorder, { mbeans: 'rehearsal:*' })
      const recordings = await recorder.close()
      expect(lines.length).toBeGreaterThan(100)
      expect(recordings.length).toBe(recorder.connections)
      if (rmiPort === 'other') expect(recordings.map(({ to }) => to)).toContain('rmi')
      const bytes = await Promise.all(
        recordings.map(async ({ up, down }) => [await readFile(up), await readFile(down)]),
      )
      for (const [up, down] of bytes) {
        expect(up?.subarray(0, 7).toString('hex')).toBe('4a524d4900024b')
        expect(down?.[0]).toBe(0x4e)
      }
      expect(Buffer.concat(bytes.map(([up]) => up!)).includes('rehearsal:type=Kinds')).toBe(true)
      expect(Buffer.concat(bytes.map(([, down]) => down!)).includes('NotSerializableException')).toBe(true)
    },
  )

  test('fails where it would take the place of the JVM', async () => {
    jvm = await startJvm()
    await expect(startJrmpRecorder({ jvm, folder, host: jvm.host })).rejects.toThrow('EADDRINUSE')
  })
})
