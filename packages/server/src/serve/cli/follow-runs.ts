import { missedEvent } from '../../wire/events.ts'
import type { Run } from '../../wire/runs.ts'
import { runTitle, stateTone } from './run-text.ts'
import { stayConnected } from './stay-connected.ts'
import { sentence } from './text.ts'
import type { Work } from './work.ts'

/** Tells every run's states as they come, until the command is ended. */
export async function followRuns(work: Work): Promise<never> {
  const { client, out } = work
  const states = new Map<number, string>()
  const tell = (run: Run) => {
    const state = `${run.state} ${run.note}`
    if (states.get(run.id) === state) return
    states.set(run.id, state)
    const note = run.note ?? run.cause.text
    if (out.json) out.jsonLine({ event: 'run', run })
    else out.line(`${runTitle(run)}: ${run.state}. ${sentence(note)}`, stateTone(run.state))
  }
  let lastEventId: string | undefined
  return stayConnected<never>(work, async (connected) => {
    const request = { path: '/live', query: { topics: 'run' }, lastEventId }
    const events = await client.events(request, new AbortController().signal)
    connected()
    if (states.size === 0) out.note('Waiting for runs; end it with Ctrl-C.')
    for await (const { id, event, data } of events) {
      lastEventId = id ?? lastEventId
      if (event === 'run') tell(JSON.parse(data) as Run)
      if (event === missedEvent) out.note('Some states were missed: `tscaler runs` lists all runs.')
    }
    return undefined
  })
}
