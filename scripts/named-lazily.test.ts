import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { afterEach, expect, test } from 'vitest'
import { namedLazily } from './named-lazily.mjs'

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)))
const folders: string[] = []
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true })
})

/** What a program of these lines prints once it is bundled as the server is. */
async function printed(program: string): Promise<string> {
  // Below node_modules' own folder, where packages are found, and where nobody looks for sources.
  mkdirSync(path.join(root, '.cache'), { recursive: true })
  const folder = mkdtempSync(path.join(root, '.cache/named-lazily-'))
  folders.push(folder)
  await build({
    stdin: { contents: program, resolveDir: folder, sourcefile: path.join(folder, 'main.js') },
    ...{ outdir: folder, bundle: true, platform: 'node', format: 'esm', splitting: true, logLevel: 'silent' },
    banner: { js: "import { createRequire as of } from 'node:module'; const require = of(import.meta.url);" },
    plugins: [namedLazily(folder, () => false)],
  })
  return spawnSync(process.execPath, [path.join(folder, 'stdin.js')], { encoding: 'utf8' }).stdout
}

test.each([
  {
    name: 'names of yaml',
    program: "const { stringify } = await import('yaml'); console.log(stringify([1]))",
    says: '- 1\n\n',
  },
  {
    name: 'names of the AWS SDK',
    program: "const sdk = await import('@aws-sdk/client-ec2'); console.log(typeof sdk.EC2Client)",
    says: 'function\n',
  },
  {
    name: 'a default',
    program: "const { default: swagger } = await import('@fastify/swagger'); console.log(typeof swagger)",
    says: 'function\n',
  },
])('what is imported lazily has in the bundle what it has in the source: $name', async ({ program, says }) => {
  expect(await printed(program)).toBe(says)
})
