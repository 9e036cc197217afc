import { makeEd25519 } from '@tscaler/rehearsal/keys.ts'
import { type SshdNode, startSshdFleet } from '@tscaler/rehearsal/sshd.ts'
import { dataFolder, startTscaler, type Tscaler } from '../../test/whole/tscaler.ts'
import { waitFor } from '../../test/whole/wait-for.ts'
import { openPlainSsh } from './plain-ssh.ts'
import { lengthMs, runToEnd } from './product.ts'

/** A step on many nodes. `idealMs`: what its limit alone would take; `plainMs`: what it takes with bare SSH. */
export interface ManyNodes {
  parallel: number
  tookMs: number
  plainMs: number
  idealMs: number
}

const parallels = [50, 10, 5]
const scriptMs = 1_000
const script = `sleep ${scriptMs / 1_000}`
const tries = 3

/** A script that sleeps a second on each of so many nodes, by different limits: the best of a few tries, since all nodes are this machine. */
export async function measureManyNodes(count: number): Promise<ManyNodes[]> {
  const key = makeEd25519()
  const nodes = await startSshdFleet(count, { authorizedKeys: [key.publicKey] })
  const folder = await dataFolder()
  const tscaler = await startTscaler(folder.data)
  try {
    await tscaler.api('POST', '/api/v1/apply', { document: documentOf(nodes, key.privateKey) })
    await allAnswer(tscaler, count)
    const plain = await openPlainSsh(nodes, key.privateKey)
    const measured: ManyNodes[] = []
    for (const parallel of parallels) {
      const [took, plainly]: [number[], number[]] = [[], []]
      for (let n = 0; n < tries; n += 1) {
        const { steps } = await runToEnd(tscaler, `actions/sleep-${parallel}`, { cluster: 'many' })
        took.push(lengthMs(steps[0]?.startedAt ?? null, steps[0]?.endedAt ?? null))
        plainly.push(await plain.run(script, parallel))
      }
      measured.push({
        parallel,
        tookMs: Math.min(...took),
        plainMs: Math.min(...plainly),
        idealMs: Math.ceil(count / parallel) * scriptMs,
      })
    }
    plain.close()
    return measured
  } finally {
    await tscaler.stop()
    await Promise.all(nodes.map((node) => node.stop()))
    await folder.remove()
  }
}

interface Series {
  node: { name: string }
  latest: { value?: number; failure?: { text: string } } | null
}

/** A connection to each is open then, as in a fleet that is watched. */
async function allAnswer(tscaler: Tscaler, count: number): Promise<void> {
  await waitFor(
    'a value of every node',
    async () => {
      const { items } = await tscaler.api<{ items: Series[] }>('GET', '/api/v1/series?cluster=many&limit=1000')
      const silent = items.filter(({ latest }) => latest?.value === undefined)
      if (items.length === count && silent.length === 0) return true
      const [first] = silent
      throw new Error(`${silent.length} of ${items.length} have none, such as ${JSON.stringify(first)}`)
    },
    60_000,
  )
}

function documentOf(nodes: readonly SshdNode[], privateKey: string) {
  return {
    version: 1,
    sshProfiles: [{ name: 'ops', user: nodes[0]?.user, privateKey: { value: privateKey } }],
    counters: [{ name: 'load1', ssh: { readyMade: 'load1' }, period: '10s' }],
    clusters: [
      {
        name: 'many',
        counters: ['load1'],
        nodes: nodes.map(({ host, port, hostKey }, index) => ({
          name: `many${index + 1}`,
          ...{ hostname: host, port, hostKey, sshProfile: 'ops' },
        })),
      },
    ],
    actions: parallels.map((parallel) => ({
      name: `sleep-${parallel}`,
      localScript: { script, parallel },
    })),
  }
}
