import type { Finding } from '../../model/problem.ts'
import { failureKinds, type SeriesId, seriesId } from '../../model/sample.ts'
import type { Trigger } from '../../model/trigger.ts'
import type * as wire from '../../wire/backtest.ts'
import type { SampleSource } from './feed.ts'
import { pretendNode, type Scene } from './scene.ts'

/** The scene with nodes made of the samples' names, and the samples as a source. */
export function givenSource(
  scene: Scene,
  trigger: Trigger,
  given: readonly wire.GivenSamples[],
  findings: Finding[],
): { scene: Scene; source: SampleSource } {
  const ids = new Map([...new Set(given.map(({ node }) => node))].map((name, index) => [name, index + 1]))
  const columns = new Map<SeriesId, Samples>()
  for (const [index, one] of given.entries()) {
    const counterId = counterOf(scene, trigger, one, { path: `samples[${index}]`, findings })
    const id = seriesId({ counter: counterId, node: ids.get(one.node) ?? 0 })
    const known = columns.get(id) ?? []
    columns.set(id, known)
    for (const [place, at] of one.times.entries())
      known.push({ at, value: one.values[place] ?? Number.NaN, failure: 0 })
    for (const at of one.failedAt ?? []) known.push({ at, value: Number.NaN, failure: timeoutCode })
  }
  const { cluster } = scene
  return {
    scene: {
      ...scene,
      nodes: [...ids].map(([name, id]) => pretendNode({ id, name, clusterId: cluster.id, inServiceAt: 0 })),
      goneNodes: 0,
      // Samples of a counter of JVMs are taken as of one JVM a node, that has no name.
      counters: new Map([...scene.counters].map(([id, counter]) => [id, { ...counter, source: 'ssh' as const }])),
      growing: [],
    },
    source: sourceOf(columns),
  }
}

type Samples = { at: number; value: number; failure: number }[]

const timeoutCode = failureKinds.indexOf('timeout') + 1

function counterOf(
  { counters }: Scene,
  trigger: Trigger,
  { counter, times, values }: wire.GivenSamples,
  { path, findings }: { path: string; findings: Finding[] },
): number {
  if (times.length !== values.length) {
    const message = `has ${values.length}, expected one for each of ${times.length} times`
    findings.push({ path: `${path}.values`, message })
  }
  const named = [...counters.values()].find(({ name }) => name === counter)?.id
  const id = counter === undefined ? trigger.counters[0]?.counterId : named
  if (id !== undefined && trigger.counters.some(({ counterId }) => counterId === id)) return id
  const message = `got ${JSON.stringify(counter)}, which is no counter of the trigger`
  findings.push({ path: `${path}.counter`, message })
  return 0
}

function sourceOf(samples: ReadonlyMap<SeriesId, Samples>): SampleSource {
  for (const own of samples.values()) own.sort((a, b) => a.at - b.at)
  return {
    async range(id, fromAt, toAt) {
      const own = (samples.get(id) ?? []).filter(({ at }) => at >= fromAt && at < toAt)
      return {
        times: Float64Array.from(own, ({ at }) => at),
        values: Float64Array.from(own, ({ value }) => value),
        failures: Uint8Array.from(own, ({ failure }) => failure),
        hits: new Uint32Array(own.length),
      }
    },
    oldest: async (id) => samples.get(id)?.[0]?.at ?? null,
  }
}

/** From the first sample given to just past the last. */
export function spanOf(given: readonly wire.GivenSamples[]): { fromAt: number; toAt: number } {
  let [fromAt, toAt] = [Number.POSITIVE_INFINITY, 0]
  for (const { times, failedAt = [] } of given) {
    for (const at of [...times, ...failedAt]) {
      fromAt = Math.min(fromAt, at)
      toAt = Math.max(toAt, at + 1)
    }
  }
  return { fromAt: Math.min(fromAt, toAt), toAt }
}
