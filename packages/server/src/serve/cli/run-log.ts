import type { LogLine, Run, Step } from '../../wire/runs.ts'
import { apiPath } from './client.ts'
import type { Work } from './work.ts'

/** One line of a run's log, with where it comes from. */
export interface PlacedLine {
  run: number
  step: number
  /** null: the step has no target. */
  node: { id: number; name: string } | null
  line: LogLine
}

/** Which lines of a run have been shown already. */
export class SeenLines {
  readonly #last = new Map<string, number>()

  /** The id of the newest line of that step and node; 0: none. */
  last(step: number, node: number | null): number {
    return this.#last.get(`${step}/${node}`) ?? 0
  }

  /** Whether the line is new; from now on it is not. */
  take(step: number, node: number | null, { id }: LogLine): boolean {
    if (id <= this.last(step, node)) return false
    this.#last.set(`${step}/${node}`, id)
    return true
  }
}

/** The lines of the run's log that are not seen yet, step by step and node by node. */
export async function* newLines(client: Work['client'], run: Run, seen: SeenLines): AsyncGenerator<PlacedLine> {
  for (const step of run.steps) {
    for (const { node, startedAt } of step.tasks) {
      if (startedAt === null) continue
      for await (const line of linesOf(client, { run, step, node, after: seen.last(step.n, node?.id ?? null) })) {
        if (seen.take(step.n, node?.id ?? null, line)) yield { run: run.id, step: step.n, node, line }
      }
    }
  }
}

async function* linesOf(
  client: Work['client'],
  { run, step, node, after }: { run: Run; step: Step; node: { name: string } | null; after: number },
): AsyncGenerator<LogLine> {
  const path = apiPath('/runs/{}/steps/{}/log', run.id, step.n)
  for (let last: number | null = after; last !== null; ) {
    const page: { items: LogLine[]; next: string | null } = await client.ask({
      path,
      query: { node: node?.name, after: last },
    })
    yield* page.items
    last = page.next === null ? null : Number(page.next)
  }
}

/** The line as people read it: `1 new-node shop03 | launching …`. */
export function lineText(run: Run, { step, node, line }: PlacedLine): string {
  const action = run.steps.find(({ n }) => n === step)?.action.name ?? ''
  const mark = line.stream === 'err' ? '!' : line.stream === 'note' ? '·' : '|'
  return `${step} ${action}${node ? ` ${node.name}` : ''} ${mark} ${line.text}`
}
