import { isName } from '../model/name.ts'
import type { Document } from '../wire/document.ts'

/**
 * What a fresh installation watches: this machine, by ready-made counters, with a trigger on `watch` that shows how one looks and starts
 * nothing. `hostname` names the node where it may be a name.
 */
export function firstFleet(hostname: string): Document {
  const short = hostname.split('.')[0] ?? ''
  return {
    version: 1,
    counters: [
      { name: 'load1', ssh: { readyMade: 'load1' }, shared: true },
      { name: 'cpu-busy', ssh: { readyMade: 'cpu-busy' }, threshold: '> 90', unit: '%', shared: true },
      { name: 'memory-used', ssh: { readyMade: 'memory-used' }, threshold: '> 90', unit: '%' },
      { name: 'swap-used', ssh: { readyMade: 'swap-used' }, unit: '%' },
      { name: 'disk-used', ssh: { readyMade: 'disk-used' }, threshold: '> 90', unit: '%' },
    ],
    clusters: [
      {
        name: 'this-machine',
        counters: ['load1', 'cpu-busy', 'memory-used', 'swap-used', 'disk-used'],
        nodes: [{ name: isName(short) ? short : 'here', local: true }],
      },
    ],
    triggers: [
      {
        name: 'busy',
        cluster: 'this-machine',
        state: 'watch',
        counters: ['cpu-busy', 'memory-used'],
        timing: 5,
        actions: [],
      },
    ],
  }
}
