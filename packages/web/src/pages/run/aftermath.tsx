import type * as runs from '../../../../server/src/wire/runs.ts'
import { Looks } from '../../parts/state.tsx'
import { aftermathOf, stepName } from '../../reckon/run.ts'

/** After a run that did not succeed: what was taken back, what could not be, and what stays as it was done. */
export function Aftermath({ run }: { run: runs.Run }) {
  const found = aftermathOf(run)
  if (run.state === 'compensating')
    return (
      <p className="note" data-tone="work" role="status">
        Taking back what is to be undone; the run then ends.
      </p>
    )
  if (found === undefined) return null
  const { undone, notUndone, left } = found
  if (undone.length + notUndone.length + left.length === 0) return null
  return (
    <ul className="aftermath card card-pad" aria-label="What became of it">
      {notUndone.map((text) => (
        <li key={text} className="aftermath-line">
          <Looks look={{ tone: 'failing', shape: 'cross', word: 'not taken back' }} />
          <span>{text}. See to it by hand.</span>
        </li>
      ))}
      {undone.length > 0 && (
        <li className="aftermath-line">
          <Looks look={{ tone: 'idle', shape: 'undo', word: 'taken back' }} />
          <span>{undone.map(({ step, nodes }) => named(step, nodes)).join('; ')}</span>
        </li>
      )}
      {left.length > 0 && (
        <li className="aftermath-line">
          <Looks look={{ tone: 'idle', shape: 'ring', word: 'left as done' }} />
          <span>{left.map((step) => named(step, nodesOf(step))).join('; ')}</span>
        </li>
      )}
    </ul>
  )
}

/** More names are not read; the step itself has all. */
const namesMax = 5

function named(step: runs.Step, nodes: readonly string[]): string {
  const more = nodes.length > namesMax ? ` and ${nodes.length - namesMax} more` : ''
  const where = nodes.length === 0 ? '' : `: ${nodes.slice(0, namesMax).join(', ')}${more}`
  return `step ${step.n} (${stepName(step)})${where}`
}

function nodesOf({ tasks }: runs.Step): string[] {
  return tasks.flatMap(({ node, state }) => (node !== null && state === 'succeeded' ? [node.name] : []))
}
