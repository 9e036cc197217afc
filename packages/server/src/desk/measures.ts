import { listen } from '../keep/queue/topics.ts'
import type { Counter } from '../model/counter.ts'
import { endedRunStates, runStates } from '../model/run.ts'
import type { Desk } from './desk.ts'
import { Histogram, type Measure } from './measure.ts'
import type { SampleWatch } from './sample-watch.ts'
import { listSeries } from './series.ts'

const unended = runStates.filter((state) => !endedRunStates.includes(state))
/** From a mail to a deployment with Puppet that takes its full time. */
const runSecondsBounds = [1, 5, 15, 60, 180, 600, 1_800, 3_600]

/** Everything /metrics shows, read when it is asked for. */
export interface Measures {
  /** `values`: the newest value of every series too; on a big fleet that is a long answer. */
  read(options: { values: boolean }): Promise<Measure[]>
  close(): void
}

type MeasuresDesk = Pick<Desk, 'store' | 'queue' | 'recent' | 'measures'>

export function openMeasures(desk: MeasuresDesk, samples: SampleWatch): Measures {
  const runs = watchRuns(desk)
  const verdicts = new VerdictCounts()
  const sources = new Map<number, Counter['source']>()
  async function read({ values }: { values: boolean }): Promise<Measure[]> {
    // A counter that is gone keeps its source: what was counted stays counted.
    for (const { id, source } of await desk.store.counters.list()) sources.set(id, source)
    return [
      ...sampleMeasures(samples, sources),
      ...(await verdicts.read(desk)),
      { name: 'tscaler_run_seconds', help: 'How long runs took.', type: 'histogram', values: runs.seconds.values() },
      gauge('tscaler_runs_active', 'Runs that have not ended.', await desk.store.runs.count({ state: unended })),
      ...(values ? [await valueMeasure(desk)] : []),
      ...desk.measures(),
    ]
  }
  return { read, close: runs.close }
}

function gauge(name: string, help: string, value: number): Measure {
  return { name, help, type: 'gauge', values: [{ value }] }
}

function sampleMeasures(samples: SampleWatch, sources: ReadonlyMap<number, string>): Measure[] {
  const [taken, failed] = [
    new Map<string, number>(),
    new Map<string, { source: string; kind: string; value: number }>(),
  ]
  for (const [counter, passed] of samples.byCounter()) {
    const source = sources.get(counter) ?? 'ssh'
    taken.set(source, (taken.get(source) ?? 0) + passed.taken)
    for (const [kind, count] of passed.failed) {
      const value = (failed.get(`${source} ${kind}`)?.value ?? 0) + count
      failed.set(`${source} ${kind}`, { source, kind, value })
    }
  }
  const takenValues = [...taken].map(([source, value]) => ({ labels: { source }, value }))
  const failedValues = [...failed.values()].map(({ source, kind, value }) => ({ labels: { source, kind }, value }))
  return [
    { name: 'tscaler_samples_total', help: 'Samples taken, failures too.', type: 'counter', values: takenValues },
    {
      name: 'tscaler_sample_errors_total',
      help: 'Samples that failed, by kind.',
      type: 'counter',
      values: failedValues,
    },
  ]
}

/** Fires and refusals by trigger: rows of verdicts, read once each. */
class VerdictCounts {
  readonly #fires = new Map<number, number>()
  readonly #refusals = new Map<string, { triggerId: number; guard: string; value: number }>()
  #last = 0

  async read({ store }: MeasuresDesk): Promise<Measure[]> {
    for (const { id, triggerId, outcome, guard } of await store.verdicts.list({ cursor: this.#last })) {
      this.#last = id
      if (outcome === 'fired') this.#fires.set(triggerId, (this.#fires.get(triggerId) ?? 0) + 1)
      if (outcome !== 'refused') continue
      const key = `${triggerId} ${guard}`
      this.#refusals.set(key, { triggerId, guard: guard ?? '', value: (this.#refusals.get(key)?.value ?? 0) + 1 })
    }
    const names = new Map((await store.triggers.list()).map(({ id, name }) => [id, name]))
    const nameOf = (id: number) => names.get(id) ?? `${id}`
    const fires = [...this.#fires].map(([id, value]) => ({ labels: { trigger: nameOf(id) }, value }))
    const refusals = [...this.#refusals.values()].map(({ triggerId, guard, value }) => ({
      labels: { trigger: nameOf(triggerId), guard },
      value,
    }))
    return [
      { name: 'tscaler_trigger_fires_total', help: 'Fires that began a run.', type: 'counter', values: fires },
      {
        name: 'tscaler_trigger_refusals_total',
        help: 'Times that a guard began to hold a trigger back.',
        type: 'counter',
        values: refusals,
      },
    ]
  }
}

/** How long runs took that ended since the start. */
function watchRuns({ store, queue }: MeasuresDesk): { seconds: Histogram; close(): void } {
  const seconds = new Histogram(runSecondsBounds)
  const ended = new Set<number>()
  const close = listen(queue, 'run.changed', ({ runId }) => {
    if (ended.has(runId)) return
    // A run that can't be read is one that is not counted: /metrics says nothing wrong for it.
    void store.runs.find(runId).then(
      (run) => {
        if (!run || run.endedAt === null || ended.has(runId)) return
        ended.add(runId)
        seconds.observe((run.endedAt - (run.startedAt ?? run.createdAt)) / 1_000, {
          trigger: run.triggerName ?? '',
          outcome: run.state,
        })
      },
      () => undefined,
    )
  })
  return { seconds, close }
}

/** More series than this are no good answer to a scrape. */
const valuesMax = 20_000

async function valueMeasure(desk: MeasuresDesk): Promise<Measure> {
  const { items } = await listSeries(desk, { limit: valuesMax })
  const values = items.flatMap(({ cluster, node, jvm, counter, latest }) => {
    if (latest === null || !('value' in latest)) return []
    const labels = { cluster: cluster?.name ?? '', node: node.name, jvm: jvm?.name ?? '', counter: counter.name }
    return [{ labels, value: latest.value }]
  })
  return { name: 'tscaler_sample_value', help: 'The newest value of each series.', type: 'gauge', values }
}
