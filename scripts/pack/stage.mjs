import { chmodSync, cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { compressTexts } from './compress.mjs'
import { shrinkwrapOf } from './shrinkwrap.mjs'

/** What the installed command enters, and what that needs. */
const BOOTSTRAP = ['installed.mjs', 'lock.mjs', 'node.mjs', 'npm.mjs', 'program.mjs', 'run.mjs']
const BIN = 'bootstrap/installed.mjs'

/** Makes the folder that is packed anew, from a build that is there. Gives its package.json. */
export async function stage(root, folder) {
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(path.join(folder, 'dist/server'), { recursive: true })
  const made = readJson(path.join(root, 'dist/server/made.json'))
  for (const name of made.files) copy(path.join(root, 'dist/server', name), path.join(folder, 'dist/server', name))
  copy(path.join(root, 'dist/web'), path.join(folder, 'dist/web'))
  await compressTexts(path.join(folder, 'dist/web'))
  for (const name of BOOTSTRAP) copy(path.join(root, 'scripts/bootstrap', name), path.join(folder, 'bootstrap', name))
  chmodSync(path.join(folder, BIN), 0o755)
  for (const name of ['README.md', 'LICENSE', 'CHANGELOG.md', 'front'])
    copy(path.join(root, name), path.join(folder, name))
  const lock = readJson(path.join(root, 'package-lock.json'))
  // What a library would use if it were there (supports-color) is not installed here either.
  const packages = made.packages.filter((name) => lock.packages[`node_modules/${name}`])
  const manifest = manifestOf(readJson(path.join(root, 'packages/server/package.json')), lock, packages)
  writeJson(path.join(folder, 'package.json'), manifest)
  writeJson(path.join(folder, 'npm-shrinkwrap.json'), shrinkwrapOf(lock, packages, manifest))
  return manifest
}

/** The workspace's package.json without what is bundled: only what is still imported is installed, at the version that is tested here. */
function manifestOf({ name, version, description, license, type, engines }, lock, packages) {
  const dependencies = Object.fromEntries(packages.map((each) => [each, lock.packages[`node_modules/${each}`].version]))
  const keywords = ['autoscaling', 'ec2', 'virtual machines', 'ssh', 'jmx', 'puppet', 'monitoring']
  const files = ['bootstrap', 'dist', 'front', 'CHANGELOG.md', 'npm-shrinkwrap.json']
  return { name, version, description, keywords, license, type, engines, bin: { tscaler: BIN }, files, dependencies }
}

function copy(from, to) {
  mkdirSync(path.dirname(to), { recursive: true })
  cpSync(from, to, { recursive: true, filter: (name) => !/\.(test|map)(\.ts)?$|\.test\.ts$/.test(name) })
}

function readJson(file) {
  return JSON.parse(readFileSync(file, 'utf8'))
}

function writeJson(file, value) {
  writeFileSync(file, `${JSON.stringify(value, null, 2)}\n`)
}
