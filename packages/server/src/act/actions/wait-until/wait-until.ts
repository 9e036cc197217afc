import type { Field } from '../../../model/fields.ts'
import { statusesDefault } from '../../../model/wait-fields.ts'
import type { ActionKind, Attempt } from '../../action.ts'
import { eachTargetFields } from '../fields.ts'
import { counterWatch, type WaitMeans } from './counter-watch.ts'
import { httpWatch } from './http-watch.ts'
import { waitFor } from './wait-for.ts'

/** Samples come at their counter's own period, of a second at least: looking twice a second misses none. */
const sampleLookMs = 500

/** Waits on each target until a counter is as wanted, or an address answers as wanted, at most for the action's time limit. */
export function waitUntil(means: WaitMeans): ActionKind {
  return {
    id: 'waitUntil',
    summary: 'Waits until a counter or an HTTP check of each target is as wanted.',
    effect: 'none',
    per: 'each',
    onServer: false,
    slow: true,
    fields,
    plan: ({ counter, until, url, status, contains }, target) => {
      const on = target?.name ?? 'no node'
      if (counter !== undefined) return `wait until its counter is ${String(until)} on ${on}`
      const holding = contains === undefined ? '' : ` and contains ${JSON.stringify(contains)}`
      return `wait until ${String(url)} answers ${String(status ?? statusesDefault)}${holding} for ${on}`
    },
    run: (attempt) => wait(attempt, means),
    // It only looks: doing it again is harmless.
    probe: async () => ({ kind: 'not-done' }),
    resume: async () => {},
  }
}

const fields = {
  counter: {
    kind: 'reference',
    to: 'counters',
    many: false,
    help: "A counter that the target's cluster collects; of a JVM counter all JVMs of the target count. Or a url.",
    optional: true,
  },
  until: {
    kind: 'text',
    help: 'What the counter must be, such as "< 4"; judged on samples taken after the step began.',
    optional: true,
    maxLength: 64,
  },
  url: {
    kind: 'template',
    help: 'An http or https address to ask, such as http://{{host}}:8080/health; redirects are not followed. Or a counter.',
    optional: true,
    maxLength: 2_000,
  },
  status: {
    kind: 'text',
    help: `Status codes of a good answer, such as "200", "200-299" or "200, 404". ${statusesDefault} where left out.`,
    optional: true,
    maxLength: 100,
  },
  contains: {
    kind: 'text',
    help: 'A text that must stand in the first 64 KB of the answer.',
    optional: true,
    maxLength: 1_000,
  },
  via: {
    kind: 'text',
    help: "direct: asked from tscaler; ssh: through the target's SSH connection, as seen from there.",
    oneOf: ['direct', 'ssh'],
    default: 'direct',
  },
  every: {
    kind: 'duration',
    help: 'From one HTTP check to the next; each may take 5 s.',
    defaultMs: 2_000,
    minMs: 100,
    maxMs: 600_000,
  },
  successes: {
    kind: 'number',
    help: 'So many good samples or answers in a row.',
    default: 1,
    min: 1,
    max: 100,
    integer: true,
  },
  ...eachTargetFields,
} as const satisfies Record<string, Field>

async function wait(attempt: Attempt, means: WaitMeans): Promise<void> {
  const { counter, every, successes } = attempt.fields
  // A watch of samples counts them by itself: several series have each its own row of good ones.
  if (counter !== undefined)
    return waitFor(attempt, await counterWatch(attempt, means), { pauseMs: sampleLookMs, successes: 1 })
  return waitFor(attempt, httpWatch(attempt), { pauseMs: Number(every), successes: Number(successes) })
}
