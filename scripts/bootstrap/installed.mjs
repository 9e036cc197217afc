#!/usr/bin/env node
// What `tscaler` enters where the package is installed. It runs on any Node from 18 on: a machine with an older Node than
// tscaler needs gets one of its own, once, in the user's cache.
import { homedir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { ensureNode } from './node.mjs'
import { programArgs } from './program.mjs'
import { becomeProgram, Trouble } from './run.mjs'

const folder = path.dirname(path.dirname(fileURLToPath(import.meta.url)))

/** Never in the package's own folder, which is root's after `npm install --global`. */
function cacheFolder({ XDG_CACHE_HOME: cache }) {
  return path.join(cache && path.isAbsolute(cache) ? cache : path.join(homedir(), '.cache'), 'tscaler')
}

async function main(args) {
  const cache = cacheFolder(process.env)
  const node = await ensureNode(cache)
  const env = { ...node.env, NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE || path.join(cache, 'compiled') }
  await becomeProgram(node, [...programArgs(path.join(folder, 'dist')), ...args], { cwd: process.cwd(), env })
}

main(process.argv.slice(2)).catch((error) => {
  process.stderr.write(`tscaler: ${error instanceof Trouble ? error.message : error.stack}\n`)
  process.exit(error instanceof Trouble ? error.exitCode : 1)
})
