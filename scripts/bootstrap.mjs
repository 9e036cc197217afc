#!/usr/bin/env node
// What `npm start`, `npm test` and the others enter first. It runs on any Node from 18 on and has no dependency: it sees
// to a Node that is new enough, to the packages and to the build, and hands over to the program itself.
import { existsSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { ensureBuild } from './bootstrap/build.mjs'
import { ensureInstalled } from './bootstrap/install.mjs'
import { ensureNode } from './bootstrap/node.mjs'
import { programArgs } from './bootstrap/program.mjs'
import { becomeProgram, Trouble } from './bootstrap/run.mjs'

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)))
const SERVER = programArgs(path.join(root, 'dist'))

/** Verb → what Node is called with, and whether it needs the build. */
const VERBS = {
  start: { build: 'all', argv: (args) => [...SERVER, 'serve', ...args] },
  tscaler: { build: 'server', argv: (args) => [...SERVER, ...args] },
  dev: { argv: (args) => [path.join(root, 'scripts/dev.mjs'), ...args] },
  test: { argv: (args) => [path.join(root, 'scripts/test.mjs'), 'all', ...args] },
  'test:fast': { argv: (args) => [path.join(root, 'scripts/test.mjs'), 'fast', ...args] },
  check: { argv: (args) => [path.join(root, 'scripts/test.mjs'), 'check', ...args] },
  bench: { argv: (args) => [path.join(root, 'packages/server/bench/main.ts'), ...args] },
  fuzz: { argv: (args) => [path.join(root, `packages/${fuzzed(args)}/fuzz/fuzz.ts`), ...args.slice(1)] },
  torture: { build: 'server', argv: (args) => [path.join(root, 'packages/server/test/torture/main.ts'), ...args] },
  pack: { build: 'all', argv: (args) => [path.join(root, 'scripts/pack.mjs'), ...args] },
  build: { build: 'all', argv: () => ['--eval', ''] },
}

/** The package whose replies are mutated: `npm run fuzz -- jmx`. */
function fuzzed([name = '']) {
  if (!/^[a-z]+$/.test(name) || !existsSync(path.join(root, `packages/${name}/fuzz/fuzz.ts`)))
    throw new Trouble(`"${name}" is nothing that can be fuzzed: npm run fuzz -- jmx.`, 2)
  return name
}

async function main([name = '', ...args]) {
  const verb = Object.hasOwn(VERBS, name) ? VERBS[name] : undefined
  if (!verb)
    throw new Trouble(`"${name}" is no verb of bootstrap.mjs: give one of ${Object.keys(VERBS).join(', ')}.`, 2)
  const node = await ensureNode(root)
  await ensureInstalled(root, node)
  if (verb.build) await ensureBuild(root, node, verb.build)
  await becomeProgram(node, verb.argv(args), { cwd: callersFolder(name), env: programEnvironment(node) })
}

/**
 * The folder that relative paths in arguments mean. npm moves into the checkout before it runs a script and keeps the
 * caller's folder in INIT_CWD, which is only believed when npm ran this very verb: tests inherit the variable.
 */
function callersFolder(verb) {
  const { npm_lifecycle_event: event, INIT_CWD: initial } = process.env
  return verb === 'tscaler' && event === verb && initial && existsSync(initial) ? initial : root
}

function programEnvironment(node) {
  return {
    ...node.env,
    // The data folder of a checkout is the checkout's, from wherever a command is called.
    TSCALER_DATA: process.env.TSCALER_DATA || path.join(root, 'data'),
    // Compiled code is kept, which saves a third of the start.
    NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE || path.join(root, '.cache/compiled'),
  }
}

main(process.argv.slice(2)).catch((error) => {
  process.stderr.write(`tscaler: ${error instanceof Trouble ? error.message : error.stack}\n`)
  process.exit(error instanceof Trouble ? error.exitCode : 1)
})
