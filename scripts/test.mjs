// `node scripts/test.mjs all|check|fast [filters and options for Vitest]`. The last line is always `N passed, N failed`, with
// `, N skipped` where tests were skipped; formatting and types count as one test each.
//   all    lint and types, then every test; with a filter only the tests that match it
//   check  lint and types, the tidy test and the tests of what is pure: under 20 s
//   fast   the same tests without lint and types
import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { countReport, lastLine } from './counts.mjs'
import { missingParts } from './machine.mjs'

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)))

const CHECKS = [
  { name: 'lint', program: '@biomejs/biome/bin/biome', args: ['check', '.'], repair: 'npx biome check --write .' },
  { name: 'types', program: 'typescript/bin/tsc', args: ['-p', 'tsconfig.json'] },
  { name: 'types of the pages', program: 'typescript/bin/tsc', args: ['-p', 'tsconfig.web.json'] },
]

// The rooms without I/O, and the test that holds the shape of the house.
const PURE = [
  'packages/server/src/model/',
  'packages/server/src/decide/',
  'packages/server/src/wire/',
  'packages/server/test/tidy',
  'scripts/',
]

async function main([mode = 'all', ...filters]) {
  const isWhole = mode === 'all' && filters.length === 0
  if (isWhole) tellMissing()
  const checks = isWhole || mode === 'check' ? await runChecks() : { passed: 0, failed: 0 }
  const tests = await runTests(mode === 'all' ? filters : [...PURE, ...filters])
  const counts = { passed: checks.passed + tests.passed, failed: checks.failed + tests.failed, skipped: tests.skipped }
  process.stdout.write(`${lastLine(counts)}\n`)
  process.exitCode = counts.failed > 0 ? 1 : 0
}

function tellMissing() {
  for (const { part, package: name, without } of missingParts()) {
    process.stdout.write(
      `not on this machine: ${part} (not tested without it: ${without}): apt-get install -y ${name}\n`,
    )
  }
}

async function runChecks() {
  const results = await Promise.all(CHECKS.map(async (check) => ({ check, ...(await runQuietly(check)) })))
  for (const { check, exitCode, output } of results) {
    process.stdout.write(
      exitCode === 0
        ? `✓ ${check.name}\n`
        : `${output.trim()}\n✗ ${check.name}${check.repair ? ` (${check.repair} repairs most)` : ''}\n`,
    )
  }
  const failed = results.filter((result) => result.exitCode !== 0).length
  return { passed: results.length - failed, failed }
}

function runQuietly({ program, args }) {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [inModules(program), ...args], {
      cwd: root,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let output = ''
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk))
    child.on('close', (code) => resolve({ exitCode: code ?? 1, output }))
  })
}

/** Vitest with this terminal; its JSON report gives the counts. */
async function runTests(filters) {
  const folder = mkdtempSync(path.join(tmpdir(), 'tscaler-test-'))
  const report = path.join(folder, 'report.json')
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`]
  try {
    const exitCode = await runVitest(['run', ...reporters, ...filters])
    return countReport(readReport(report), exitCode)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function runVitest(args) {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [inModules('vitest/vitest.mjs'), ...args], { cwd: root, stdio: 'inherit' })
    const forward = (signal) => child.kill(signal)
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, forward)
    child.on('close', (code) => resolve(code ?? 1))
  })
}

function readReport(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch {
    return undefined // Vitest ended before it could write one; its exit code tells
  }
}

function inModules(program) {
  return path.join(root, 'node_modules', program)
}

await main(process.argv.slice(2))
