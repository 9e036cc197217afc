import { waitingMax } from '../refusals.ts'

/** A queue as the broker is told of it. Who names it must name it alike, or the broker refuses. */
export interface Declaration {
  queue: string
  durable: true
  arguments: Readonly<Record<string, string | number>>
}

/** What one installation has in its virtual host. Publishers and consumers declare it alike. */
export interface Names {
  /** What is told, to each process's own queue, by topic. */
  told: string
  /** Rounds, to each worker's own queue, by slot. */
  slots: string
  work(topic: string): Declaration
  /** Where a failed message waits until the broker puts it back to the others; one queue a delay, so that none waits for a longer one. */
  again(topic: string, delayMs: number): Declaration
  setAside(topic: string): Declaration
  questions(topic: string): Declaration
}

// A person looks at what was set aside for its pattern; a thousand show one.
const setAsideMax = 1_000
const setAsideMs = 7 * 86_400_000
// Topics may name a process that never comes back; its queue of questions goes after this long without anybody.
const unusedMs = 600_000

/** The names of the installation that has this one in front, such as `tscaler`. */
export function namesOf(namespace: string): Names {
  const durable = (queue: string, args: Declaration['arguments']): Declaration => ({
    queue: `${namespace}.${queue}`,
    durable: true,
    arguments: args,
  })
  return {
    told: `${namespace}.told`,
    slots: `${namespace}.slots`,
    work: (topic) => durable(`work.${topic}`, { 'x-max-length': waitingMax, 'x-overflow': 'reject-publish' }),
    again: (topic, delayMs) =>
      durable(`again.${topic}.${delayMs}`, {
        'x-message-ttl': delayMs,
        'x-dead-letter-exchange': '',
        'x-dead-letter-routing-key': `${namespace}.work.${topic}`,
        'x-max-length': waitingMax,
      }),
    setAside: (topic) => durable(`set-aside.${topic}`, { 'x-max-length': setAsideMax, 'x-message-ttl': setAsideMs }),
    questions: (topic) => durable(`questions.${topic}`, { 'x-expires': unusedMs }),
  }
}
