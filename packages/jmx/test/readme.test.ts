import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { promisify } from 'node:util'
import { type Jvm, startJvm } from '@tscaler/rehearsal/jvm.ts'
import { requirePart } from '@tscaler/rehearsal/parts.ts'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { jmxErrorCodes } from '../src/jmx.ts'

const run = promisify(execFile)
const readme = readFileSync(path.join(import.meta.dirname, '../README.md'), 'utf8')
const examples = [...readme.matchAll(/```ts\n(.*?)```/gs)].map(([, code = '']) => code)

describe.skipIf(requirePart('java').skip)('the examples of the README', () => {
  let open: Jvm
  let guarded: Jvm
  // Inside the package, so that the examples find it by its name.
  const folder = mkdtempSync(path.join(import.meta.dirname, '.readme-'))

  beforeAll(async () => {
    open = await startJvm()
    guarded = await startJvm({ tls: {}, password: { user: 'monitor', password: 's3cret' } })
    writeFileSync(path.join(folder, 'ca.pem'), guarded.tls?.ca ?? '')
  })
  afterAll(async () => {
    rmSync(folder, { recursive: true, force: true })
    await Promise.all([open?.stop(), guarded?.stop()])
  })

  test.each(examples.map((code, index) => ({ code, index })))('number $index runs', async ({ code, index }) => {
    const { host, port } = code.includes('password') ? guarded : open
    const file = path.join(folder, `example-${index}.ts`)
    writeFileSync(file, code.replaceAll("host: 'shop02'", `host: '${host}'`).replaceAll('port: 9010', `port: ${port}`))
    const env = { ...process.env, JMX_PASSWORD: 's3cret' }
    const { stdout, stderr } = await run(process.execPath, [file], { cwd: folder, env })
    expect(stderr).toBe('')
    expect(stdout).not.toBe('')
  })

  test('are all of them', () => expect(examples.length).toBe(5))
})

test('every code that the README names exists', () => {
  const named = [...readme.matchAll(/`([a-z]+(?:-[a-z]+)+)`/g)].map(([, code = '']) => code)
  for (const code of named) expect(jmxErrorCodes).toContain(code)
})
