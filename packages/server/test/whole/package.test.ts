import { execFile, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import { gunzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { npmCommand } from '../../../../scripts/bootstrap/npm.mjs'

const root = path.resolve(import.meta.dirname, '../../../..')
const run = promisify(execFile)

// Packing builds, and installing asks the registry for what npm's cache lacks: a minute on a slow line.
const SLOW_MS = 180_000

let folder: string
let archive: string
/** Why the package could not be installed; null: it is. */
let offline: string | null = null

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'tscaler-package-'))
  const { stdout } = await run(process.execPath, [path.join(root, 'scripts/bootstrap.mjs'), 'pack', folder])
  archive = stdout.trim()
  const [npm = 'npm', ...first] = npmCommand({ path: process.execPath }, process.env.npm_execpath).flat()
  const prefix = path.join(folder, 'prefix')
  const args = [
    'install',
    '--prefix',
    prefix,
    archive,
    '--prefer-offline',
    '--ignore-scripts',
    '--no-audit',
    '--no-fund',
  ]
  mkdirSync(prefix)
  await run(npm, [...first, ...args], { cwd: folder }).catch((thrown: Error) => {
    if (!/ENOTCACHED|ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ETIMEDOUT|ENETUNREACH/.test(thrown.message)) throw thrown
    offline = 'the package registry can not be reached, and npm has not all of the packages in its cache'
    console.warn(`skip tier1: package: ${offline}`)
  })
}, SLOW_MS)

afterAll(() => rmSync(folder, { recursive: true, force: true }))

function packed(): string[] {
  return execFileSync('tar', ['tzf', archive], { encoding: 'utf8' }).trim().split('\n')
}

test('the archive holds the program, the pages, the front and no more than that', () => {
  const names = packed().map((name) => name.replace(/^package\//, ''))
  const needed = ['README.md', 'LICENSE', 'package.json', 'npm-shrinkwrap.json', 'dist/server/main.js']
  expect(names).toEqual(expect.arrayContaining([...needed, 'dist/web/index.html', 'front/nginx/tscaler.conf']))
  const folders = new Set(names.filter((name) => name.includes('/')).map((name) => name.split('/')[0]))
  expect([...folders].sort()).toEqual(['bootstrap', 'dist', 'front'])
  expect(names.filter((name) => /\.(ts|map)$|\.test\.|node_modules/.test(name))).toEqual([])
  expect(statSync(archive).size).toBeLessThan(8 * 1_048_576)
})

test('it asks for the packages that its code imports, at one version each, and locks all that those need', async () => {
  const read = (name: string) =>
    JSON.parse(execFileSync('tar', ['xzOf', archive, `package/${name}`], { encoding: 'utf8' }))
  const [manifest, lock] = [read('package.json'), read('npm-shrinkwrap.json')]
  expect(Object.values(manifest.dependencies).every((version) => /^\d+\.\d+\.\d+$/.test(String(version)))).toBe(true)
  expect(Object.keys(manifest.dependencies)).not.toContain('@tscaler/jmx')
  expect(manifest.scripts).toBeUndefined()
  const places = Object.entries<{ integrity?: string; link?: boolean }>(lock.packages).filter(([place]) => place !== '')
  expect(places.filter(([, { integrity, link }]) => link || !integrity)).toEqual([])
  for (const name of Object.keys(manifest.dependencies)) expect(lock.packages).toHaveProperty([`node_modules/${name}`])
})

describe('installed', () => {
  const bin = () => path.join(folder, 'prefix/node_modules/.bin/tscaler')
  const home = () => path.join(folder, 'home')

  test('every text of the pages has a compressed one beside it that is the same', (context) => {
    if (offline) context.skip(offline)
    const assets = path.join(folder, 'prefix/node_modules/tscaler/dist/web/assets')
    const scripts = readdirSync(assets).filter((name) => name.endsWith('.js'))
    expect(scripts.length).toBeGreaterThan(3)
    for (const name of scripts.filter((one) => existsSync(path.join(assets, `${one}.gz`)))) {
      const text = readFileSync(path.join(assets, name))
      expect(gunzipSync(readFileSync(path.join(assets, `${name}.gz`))).equals(text)).toBe(true)
      expect(statSync(path.join(assets, `${name}.br`)).size).toBeLessThan(text.length)
    }
  })

  test('`tscaler --version` says its version', async (context) => {
    if (offline) context.skip(offline)
    const { stdout } = await run(process.execPath, [bin(), '--version'], {
      env: { HOME: home(), PATH: '/usr/bin:/bin' },
    })
    expect(stdout).toBe('0.1.0\n')
  })

  test('`tscaler serve` shows the page, compressed for who takes that, and ends with 0', async (context) => {
    if (offline) context.skip(offline)
    const words = [bin(), 'serve', '--data', path.join(folder, 'data'), '--port', '0']
    const server = spawn(process.execPath, words, { env: { HOME: home(), PATH: '/usr/bin:/bin' } })
    const ended = once(server, 'exit')
    let output = ''
    const url = await new Promise<string>((resolve, reject) => {
      server.once('exit', () => reject(new Error(output)))
      for (const stream of [server.stdout, server.stderr])
        stream.on('data', (chunk) => {
          output += chunk
          const [, found] = / is at (http:\S+)/.exec(output) ?? []
          if (found !== undefined) resolve(found)
        })
    })
    const page = await fetch(`${url}/`)
    const [script] = /\/assets\/[\w.-]+\.js/.exec(await page.text()) ?? []
    const asset = await fetch(`${url}${script}`, { headers: { 'accept-encoding': 'br' } })
    expect([page.status, asset.status, asset.headers.get('content-encoding')]).toEqual([200, 200, 'br'])
    expect(asset.headers.get('cache-control')).toBe('public, max-age=31536000, immutable')
    await asset.body?.cancel()
    server.kill('SIGTERM')
    expect(await ended).toEqual([0, null])
  })

  const older = ['/usr/bin/node', '/usr/local/bin/node'].find((node) => {
    const [major = 99] = existsSync(node) ? versionOf(node) : []
    return major >= 18 && major < 22
  })
  const fetched = path.join(root, '.cache/node24')

  // The fetched Node of the checkout stands in for the download, which scripts/bootstrap.test.ts and CI try.
  test.skipIf(older === undefined || !existsSync(fetched))(
    'under an older Node it goes on under a fetched one',
    async (context) => {
      if (offline) context.skip(offline)
      const cache = path.join(folder, 'cache')
      mkdirSync(path.join(cache, 'tscaler/.cache'), { recursive: true })
      symlinkSync(fetched, path.join(cache, 'tscaler/.cache/node24'))
      const env = { HOME: home(), XDG_CACHE_HOME: cache, PATH: '/usr/bin:/bin' }
      const { stdout } = await run(older ?? '', [bin(), '--version'], { env })
      expect(stdout).toBe('0.1.0\n')
    },
  )
})

function versionOf(node: string): number[] {
  return execFileSync(node, ['-p', 'process.versions.node'], { encoding: 'utf8' }).trim().split('.').map(Number)
}
