import { execFile } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import { startJvm } from '@tscaler/rehearsal/jvm.ts'
import { requirePart } from '@tscaler/rehearsal/parts.ts'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'

const run = promisify(execFile)
const own = path.join(import.meta.dirname, '..')
const modules = path.join(own, '../../node_modules')
const manifest = JSON.parse(readFileSync(path.join(own, 'package.json'), 'utf8'))

const consumer = `import { connect, JmxError, type JavaValue } from '@tscaler/jmx'

const [host = '', port = ''] = process.argv.slice(2)
const jvm = await connect({ host, port: Number(port) })
const reader = jvm.prepare('rehearsal:type=Kinds', ['Int', 'Text'])
const readings: (JavaValue | JmxError)[] = await reader.read()
if (readings[0] instanceof JmxError) throw readings[0]
console.log(JSON.stringify([await jvm.getAttribute('rehearsal:type=Kinds', 'Long'), readings[0]]))
await jvm.close()
`

describe('the published package', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'jmx-package-'))
  const [packed, used] = [path.join(folder, 'packed'), path.join(folder, 'used')]
  const installed = path.join(used, 'node_modules/@tscaler/jmx')
  let files: string[]

  beforeAll(async () => {
    // A copy, because packing changes package.json for a moment, and other tests run from it.
    mkdirSync(used)
    const left = ['node_modules', 'dist', 'testcases', 'test', 'fuzz'].map((name) => path.join(own, name))
    cpSync(own, packed, { recursive: true, filter: (from) => !left.includes(from) })
    symlinkSync(modules, path.join(folder, 'node_modules'))
    const { stdout } = await npm(packed, ['pack', '--json', '--pack-destination', folder])
    const [pack] = JSON.parse(stdout)
    files = pack.files.map((file: { path: string }) => file.path)
    writeFileSync(path.join(used, 'package.json'), '{ "type": "module", "private": true }')
    await npm(used, ['install', '--offline', '--ignore-scripts', path.join(folder, pack.filename)])
  }, 60_000)
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  test('holds each source as JavaScript with its types, and nothing else', () => {
    const sources = readdirSync(path.join(own, 'src'), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
      .map((name) => name.slice(0, -'.ts'.length).replaceAll(path.sep, '/'))
    const built = sources.flatMap((name) => [`dist/${name}.js`, `dist/${name}.d.ts`])
    expect(files.toSorted()).toEqual(['LICENSE', 'README.md', 'package.json', ...built].toSorted())
    for (const name of files) {
      const text = readFileSync(path.join(installed, name), 'utf8')
      expect(text).not.toBe('')
      expect([name, /from '\.[^']*\.ts'/.test(text)]).toEqual([name, false])
    }
  })

  test('depends on nothing, and installs nothing but itself', () => {
    const { name, version, license, engines, exports, publishConfig, ...rest } = JSON.parse(
      readFileSync(path.join(installed, 'package.json'), 'utf8'),
    )
    expect({ name, version, license, engines }).toEqual({
      name: '@tscaler/jmx',
      version: manifest.version,
      license: 'MIT',
      engines: manifest.engines,
    })
    expect(exports).toEqual(manifest.published.exports)
    expect(publishConfig).toEqual({ access: 'public' })
    expect(Object.keys(rest).toSorted()).toEqual(['description', 'files', 'keywords', 'sideEffects', 'type', 'types'])
    expect(readdirSync(path.join(used, 'node_modules')).filter((entry) => !entry.startsWith('.'))).toEqual(['@tscaler'])
    expect(readdirSync(path.join(used, 'node_modules/@tscaler'))).toEqual(['jmx'])
  })

  test('leaves the package.json it was packed from as it was', () => {
    expect(readFileSync(path.join(packed, 'package.json'), 'utf8')).toBe(
      readFileSync(path.join(own, 'package.json'), 'utf8'),
    )
    expect(readdirSync(packed)).not.toContain('package.json.workspace')
  })

  test.skipIf(requirePart('java').skip)('is typed, and reads a real JVM under Node alone', async () => {
    const jvm = await startJvm()
    onTestFinished(() => jvm.stop())
    writeFileSync(path.join(used, 'consumer.ts'), consumer)
    const compiler = path.join(modules, 'typescript/bin/tsc')
    const node = ['--types', 'node', '--typeRoots', path.join(modules, '@types')]
    const words = ['--strict', '--module', 'nodenext', '--target', 'es2023', ...node, 'consumer.ts']
    await run(process.execPath, [compiler, ...words], { cwd: used })
    const { stdout, stderr } = await run(process.execPath, ['consumer.js', jvm.host, String(jvm.port)], { cwd: used })
    expect(stderr).toBe('')
    expect(JSON.parse(stdout)).toEqual([1_234_567_890_123, 42])
  })

  test('refuses a consumer with a wrong type', async () => {
    writeFileSync(
      path.join(used, 'wrong.ts'),
      "import { connect } from '@tscaler/jmx'\nawait connect({ host: 1, port: 2 })\n",
    )
    const words = ['--strict', '--module', 'nodenext', '--noEmit', '--skipLibCheck', 'wrong.ts']
    const compiling = run(process.execPath, [path.join(modules, 'typescript/bin/tsc'), ...words], { cwd: used })
    await expect(compiling).rejects.toMatchObject({ stdout: expect.stringContaining('wrong.ts(2,17): error TS2322') })
  })
})

/** The machine's npm, under this Node, with nothing of the npm that may have started the tests. */
function npm(cwd: string, words: readonly string[]) {
  const inherited = Object.entries(process.env).filter(([name]) => !name.toLowerCase().startsWith('npm_'))
  const PATH = `${path.dirname(process.execPath)}${path.delimiter}${process.env.PATH}`
  const quiet = { npm_config_audit: 'false', npm_config_fund: 'false', npm_config_update_notifier: 'false' }
  return run('npm', [...words], { cwd, env: { ...Object.fromEntries(inherited), ...quiet, PATH } })
}
