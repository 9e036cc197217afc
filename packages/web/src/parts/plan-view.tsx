import type * as runs from '../../../server/src/wire/runs.ts'
import { NodeLink } from './links.tsx'
import { Clock } from './now.tsx'
import { Looks } from './state.tsx'

/** More targets of one step are counted. */
const tasksShown = 8

const onFailureWords = {
  stop: 'a failure stops the run',
  continue: 'the run goes on after a failure',
  undo: 'a failure is undone',
}
const targetWords = {
  cluster: 'on all nodes of the cluster',
  'last-node': 'on the newest node',
  node: 'on the node in breach',
  none: 'on no node',
}
/** What can't be taken back once it has begun. */
const irreversible: Record<string, string> = {
  removeEc2Node: 'A terminated machine does not come back.',
  email: 'A mail that is sent stays sent.',
}

/** What a run would do (`isChosen`: on nodes that a person chose), step by step and node by node, in words; nothing is executed. */
export function PlanView({ plan, isChosen }: { plan: runs.Plan; isChosen: boolean }) {
  return (
    <div className="plan">
      {plan.refusal && (
        <div className="trouble" role="status">
          <strong>Held back by {plan.refusal.guard.replaceAll('-', ' ')}</strong>
          <p>
            {plan.refusal.reason}
            {plan.refusal.until && (
              <>
                {' '}
                Until <Clock at={plan.refusal.until} />.
              </>
            )}
          </p>
        </div>
      )}
      {plan.steps.length === 0 && <p className="dim">It has no actions: it would do nothing.</p>}
      <ol>
        {plan.steps.map((step) => (
          <PlannedStep key={step.n} step={step} isChosen={isChosen} />
        ))}
      </ol>
    </div>
  )
}

function PlannedStep({ step, isChosen }: { step: runs.Plan['steps'][number]; isChosen: boolean }) {
  const { action, target, onFailure, tasks, leftOut, type } = step
  return (
    <li>
      <strong>{action.name}</strong>{' '}
      <span className="dim">
        {isChosen && target !== 'none' ? 'on the chosen nodes' : targetWords[target]}; {onFailureWords[onFailure]}
      </span>
      <ul className="plain">
        {tasks.slice(0, tasksShown).map(({ node, text }) => (
          <li key={`${node?.id} ${text}`} data-tone={text.startsWith('would fail') ? 'failing' : undefined}>
            {text}
          </li>
        ))}
        {tasks.length > tasksShown && <li className="dim">the same on {tasks.length - tasksShown} more</li>}
        {leftOut.map(({ node, reason }) => (
          <li key={node.id} className="dim">
            left out: <NodeLink node={node} /> ({reason})
          </li>
        ))}
      </ul>
      {irreversible[type] && <Looks look={{ tone: 'held', shape: 'triangle', word: irreversible[type] }} />}
    </li>
  )
}
