import { createRequire } from 'node:module'
import path from 'node:path'
import { pathToFileURL } from 'node:url'

/**
 * For esbuild: a CommonJS package that is imported lazily and split off is one default export. Node gives its names, too, and the source counts
 * on them: `const { stringify } = await import('yaml')`. What files under `source` import so gets a module in between that has the names.
 */
export function namedLazily(source, isExternal) {
  return {
    name: 'named-lazily',
    setup({ onResolve, onLoad }) {
      onResolve({ filter: /^[^.]/ }, ({ path: name, kind, importer, resolveDir }) =>
        kind === 'dynamic-import' && importer.startsWith(source) && !name.startsWith('node:') && !isExternal(name)
          ? { path: name, namespace: 'lazy', pluginData: resolveDir }
          : undefined,
      )
      onLoad({ filter: /./, namespace: 'lazy' }, async ({ path: name, pluginData: resolveDir }) => {
        const file = createRequire(path.join(resolveDir, 'here.js')).resolve(name)
        const names = Object.keys(await import(pathToFileURL(file).href)).filter((one) =>
          /^[A-Za-z_$][\w$]*$/.test(one),
        )
        const own = names.filter((one) => one !== 'default')
        const contents = [
          `import * as all from '${name}'`,
          `export { ${own.join(', ')} } from '${name}'`,
          ...(own.length < names.length ? ['export default all.default ?? all'] : []),
        ]
        return { contents: contents.join('\n'), resolveDir }
      })
    },
  }
}
