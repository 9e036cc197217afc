import path from 'node:path'

/**
 * The package's own lock: whoever installs it gets the very versions that were tested here, with their sums. `lock` is
 * package-lock.json, `names` are the packages that are imported, `manifest` the package's own package.json.
 */
export function shrinkwrapOf(lock, names, manifest) {
  const kept = new Set()
  for (const name of names) keep(lock, kept, '', name)
  const packages = Object.fromEntries([...kept].sort().map((place) => [place, entryOf(lock.packages[place])]))
  const { name, version, license, bin, engines, dependencies } = manifest
  const own = { name, version, license, bin, engines, dependencies }
  return { name, version, lockfileVersion: 3, requires: true, packages: { '': own, ...packages } }
}

/** Everything that is locked in the workspace as another's development need is a plain one here. */
function entryOf({ dev: _, devOptional: __, peer: ___, ...entry }) {
  return entry
}

function keep(lock, kept, from, name) {
  const place = placeOf(lock, from, name)
  if (place === undefined || kept.has(place)) return
  kept.add(place)
  const { dependencies, optionalDependencies, peerDependencies, peerDependenciesMeta } = lock.packages[place]
  const peers = Object.keys(peerDependencies ?? {}).filter((peer) => !peerDependenciesMeta?.[peer]?.optional)
  for (const needed of [...Object.keys({ ...dependencies, ...optionalDependencies }), ...peers])
    keep(lock, kept, place, needed)
}

/** Where Node finds a package: in the node_modules nearest to who imports it. */
function placeOf(lock, from, name) {
  for (let folder = from; ; folder = path.posix.dirname(folder)) {
    if (path.posix.basename(folder) !== 'node_modules') {
      const place = path.posix.join(folder, 'node_modules', name)
      if (lock.packages[place] && !lock.packages[place].link) return place
    }
    if (folder === '' || folder === '.') return undefined
  }
}
