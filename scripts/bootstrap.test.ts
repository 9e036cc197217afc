import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { inputsHash } from './bootstrap/build.mjs'
import { matchesLock } from './bootstrap/install.mjs'
import { withLock } from './bootstrap/lock.mjs'
import { adviceFor, isOlder } from './bootstrap/node.mjs'
import { explainNpm, npmCommand } from './bootstrap/npm.mjs'
import { exitCodeOf } from './bootstrap/run.mjs'
import { countReport, lastLine } from './counts.mjs'
import { missingParts } from './machine.mjs'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'tscaler-bootstrap-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

test.each([
  { version: '20.20.2', older: true },
  { version: '22.18.9', older: true },
  { version: '22.19.0', older: false },
  { version: '22.100.0', older: false },
  { version: '24.0.0', older: false },
])('Node $version is older than 22.19.0: $older', ({ version, older }) => {
  expect(isOlder(version, '22.19.0')).toBe(older)
})

test('where no Node can be fetched, the advice names the platform and which Node to install', () => {
  expect(adviceFor('linux-s390x')).toBe(
    `Node 22.19.0 or newer is needed, this is ${process.versions.node}, and there is none to fetch for linux-s390x; ` +
      "install Node 24 (https://nodejs.org/en/download, or your system's packages) and begin again.",
  )
})

describe('npm', () => {
  test('is the one that called us, under the Node that was chosen', () => {
    expect(npmCommand({ path: '/n/node' }, '/x/npm-cli.js')).toEqual(['/n/node', ['/x/npm-cli.js']])
  })

  test('is looked for in PATH when another tool, or none, called us', () => {
    expect(npmCommand({ path: '/n/node' }, '/x/yarn.js')).toEqual(['npm', []])
    expect(npmCommand({ path: '/n/node' }, undefined)).toEqual(['npm', []])
  })

  test.each([
    { output: 'npm error code ENOTFOUND', advice: "the package registry can't be reached" },
    { output: 'npm error code ENOSPC', advice: 'the disk is full' },
    { output: 'npm error code EACCES', advice: "a folder can't be written" },
    { output: 'npm error code EINTEGRITY', advice: 'a package differs' },
    {
      output: 'npm error code EUSAGE\nnpm error Clean install a project\nUsage',
      advice: 'package.json and package-lock.json disagree',
    },
    { output: '', advice: 'npm said nothing' },
  ])('$output means that $advice', ({ output, advice }) => {
    expect(explainNpm(output)).toContain(advice)
    expect(explainNpm(output)).not.toContain('Usage')
  })
})

describe('packages count as installed', () => {
  const lock = {
    packages: {
      '': { dependencies: { a: '1.0.0' } },
      'packages/x': { devDependencies: { b: '^2.0.0' } },
      'node_modules/a': { version: '1.0.0', integrity: 'sha512-a' },
      'node_modules/b': { version: '2.1.0', integrity: 'sha512-b' },
      'node_modules/b-windows': { version: '2.1.0', integrity: 'sha512-w', optional: true },
    },
  }
  const { 'node_modules/b-windows': _windows, ...packages } = lock.packages
  const members = { '.': { dependencies: { a: '1.0.0' } }, 'packages/x': { devDependencies: { b: '^2.0.0' } } }

  test('when all but other platforms’ optional ones are there', () => {
    expect(matchesLock({ packages }, lock, members)).toBe(true)
  })

  test.each([
    { name: 'one is missing', installed: { ...packages, 'node_modules/a': undefined } },
    {
      name: 'one has another version',
      installed: { ...packages, 'node_modules/a': { version: '1.0.1', integrity: 'sha512-a' } },
    },
    {
      name: 'one has another sum',
      installed: { ...packages, 'node_modules/a': { version: '1.0.0', integrity: 'sha512-z' } },
    },
  ])('not when $name', ({ installed }) => {
    expect(matchesLock({ packages: installed }, lock, members)).toBe(false)
  })

  test('not when a package.json asks for what the lock does not know', () => {
    expect(matchesLock({ packages }, lock, { ...members, '.': { dependencies: { a: '1.0.0', c: '1.0.0' } } })).toBe(
      false,
    )
    expect(matchesLock({ packages }, lock, { ...members, 'packages/new': {} })).toBe(false)
  })

  test('not when nothing was ever installed', () => {
    expect(matchesLock({}, lock, members)).toBe(false)
  })
})

test('the build is stale after a file was changed or added, not after a test was', () => {
  mkdirSync(path.join(folder, 'src'))
  writeFileSync(path.join(folder, 'src/a.ts'), 'one')
  const first = inputsHash(folder, ['src', 'absent'])
  writeFileSync(path.join(folder, 'src/a.test.ts'), 'a test')
  expect(inputsHash(folder, ['src', 'absent'])).toBe(first)
  writeFileSync(path.join(folder, 'src/b.ts'), 'two')
  const second = inputsHash(folder, ['src', 'absent'])
  expect(second).not.toBe(first)
  writeFileSync(path.join(folder, 'src/b.ts'), 'three')
  expect(inputsHash(folder, ['src', 'absent'])).not.toBe(second)
})

describe('the lock', () => {
  const file = () => path.join(folder, '.cache/bootstrap.lock')

  test('lets one in at a time', async () => {
    const order: string[] = []
    const { promise: mayEnd, resolve: end } = Promise.withResolvers<void>()
    const first = withLock(folder, 'the first works', async () => {
      order.push('first in')
      await mayEnd
      order.push('first out')
    })
    const second = withLock(folder, 'the first works', async () => order.push('second in'))
    expect(readFileSync(file(), 'utf8')).toBe(String(process.pid))
    end()
    await Promise.all([first, second])
    expect(order).toEqual(['first in', 'first out', 'second in'])
    expect(existsSync(file())).toBe(false)
  })

  test('of a process that is gone holds nobody up', async () => {
    const gone = spawnSync(process.execPath, ['--eval', '']).pid
    mkdirSync(path.dirname(file()))
    writeFileSync(file(), String(gone))
    expect(await withLock(folder, 'nobody works', async () => 'in')).toBe('in')
  })

  test('is given back when the work fails', async () => {
    await expect(withLock(folder, '', () => Promise.reject(new Error('no disk')))).rejects.toThrow('no disk')
    expect(existsSync(file())).toBe(false)
  })
})

test('an unknown verb is refused with the verbs there are, and exit code 2', () => {
  const { status, stderr } = spawnSync(
    process.execPath,
    [path.join(import.meta.dirname, 'bootstrap.mjs'), 'constructor'],
    { encoding: 'utf8' },
  )
  expect(stderr).toMatch(/^tscaler: "constructor" is no verb of bootstrap.mjs: give one of start, tscaler, dev, /)
  expect(status).toBe(2)
})

test.each([
  { name: 'its own code', code: 3, signal: null, expected: 3 },
  { name: 'a signal, as a shell says it', code: null, signal: 'SIGTERM', expected: 143 },
])('a program that ends by $name gives $expected', ({ code, signal, expected }) => {
  expect(exitCodeOf(code, signal)).toBe(expected)
})

describe('the last line of a test run', () => {
  const file = (status: string, ...states: string[]) => ({
    status,
    assertionResults: states.map((state) => ({ status: state })),
  })

  test.each([
    { name: 'all passed', files: [file('passed', 'passed', 'passed')], exitCode: 0, expected: '2 passed, 0 failed' },
    {
      name: 'skipped ones are told apart',
      files: [file('passed', 'passed', 'skipped', 'todo')],
      exitCode: 0,
      expected: '1 passed, 0 failed, 2 skipped',
    },
    {
      name: 'a failed test counts once',
      files: [file('failed', 'passed', 'failed')],
      exitCode: 1,
      expected: '1 passed, 1 failed',
    },
    {
      name: 'a file that could not be loaded is a failure',
      files: [file('passed', 'passed'), file('failed')],
      exitCode: 1,
      expected: '1 passed, 1 failed',
    },
    {
      name: 'an error outside of any test is a failure',
      files: [file('passed', 'passed')],
      exitCode: 1,
      expected: '1 passed, 1 failed',
    },
  ])('$name', ({ files, exitCode, expected }) => {
    expect(lastLine(countReport({ testResults: files }, exitCode))).toBe(expected)
  })

  test('no report at all is a failure', () => {
    expect(lastLine(countReport(undefined, 1))).toBe('0 passed, 1 failed')
  })
})

test('a part that the machine lacks is named with its package', () => {
  const parts = [
    { part: 'sh', package: 'dash', without: 'anything' },
    { part: 'no-such-command', package: 'no-such-package', without: 'one thing' },
    { part: '/no/such/file', package: 'no-such-package', without: 'another' },
  ]
  expect(missingParts(parts).map(({ part }) => part)).toEqual(['no-such-command', '/no/such/file'])
})
