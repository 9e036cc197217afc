// Makes the package that people install: `npm run pack [-- FOLDER]` writes tscaler-<version>.tgz into FOLDER (default: dist/) and prints
// its name. Bootstrap has built by then. Publish that file: npm publish dist/tscaler-<version>.tgz
import { spawnSync } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { npmCommand } from './bootstrap/npm.mjs'
import { stage } from './pack/stage.mjs'

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)))
// A folder of its own: the workspace's package.json stays what it is for whoever runs from the checkout meanwhile.
const staging = path.join(root, '.cache/package')
const target = path.resolve(root, process.argv[2] ?? 'dist')

await stage(root, staging)
mkdirSync(target, { recursive: true })
const [command, first] = npmCommand({ path: process.execPath }, process.env.npm_execpath)
const args = [...first, 'pack', '--ignore-scripts', '--json', '--pack-destination', target]
const { status, stdout, stderr } = spawnSync(command, args, { cwd: staging, encoding: 'utf8' })
if (status !== 0) throw new Error(`npm pack failed: ${stderr}`)
const [{ filename }] = [JSON.parse(stdout)]
  .flat()
  .flatMap((each) => ('filename' in each ? [each] : Object.values(each)))
process.stdout.write(`${path.join(target, filename)}\n`)
