/**
 * Where a worker thread's file is, for `new Worker(workerUrl(import.meta.url, 'history-worker'))`. Under source it is the
 * `.ts` file beside the caller; in `dist/` every `*-worker.ts` is an entry of its own, in the folder of all bundled files,
 * so that the same line works in both.
 */
export function workerUrl(importMetaUrl: string, name: string): URL {
  const extension = new URL(importMetaUrl).pathname.endsWith('.ts') ? 'ts' : 'js'
  return new URL(`./${name}.${extension}`, importMetaUrl)
}
