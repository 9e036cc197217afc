import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const output = new URL('../../../dist/bench/', import.meta.url)

/**
 * Bundles a part as the product is bundled (scripts/build.mjs), beside the threads it starts, and gives back its file. Under
 * type stripping a process holds the compiler too, and that memory would be taken for the product's.
 */
export async function builtPart(entry: URL): Promise<URL> {
  const thread = new URL('../src/keep/history/embedded/history-worker.ts', import.meta.url)
  await build({
    entryPoints: [fileURLToPath(entry), fileURLToPath(thread)],
    outdir: fileURLToPath(output),
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node22',
    splitting: true,
    packages: 'external',
    // A package of ours is bundled as in the product; any other is too much to bundle for a bench.
    alias: { '@tscaler/jmx': fileURLToPath(new URL('../../jmx/src/jmx.ts', import.meta.url)) },
    entryNames: '[name]',
    sourcemap: true,
    logLevel: 'warning',
  })
  const name = entry.pathname.replace(/^.*\/(.*)\.ts$/, '$1')
  return new URL(`${name}.js`, output)
}
