import type * as runs from '../../../server/src/wire/runs.ts'
import { keyed } from '../reckon/keyed.ts'
import { stepName } from '../reckon/run.ts'
import { isDeploying, isRemoving } from '../reckon/trigger-actions.ts'
import { NodeLink } from './links.tsx'
import { Clock } from './now.tsx'
import { Looks } from './state.tsx'

/** More targets of one step are counted. */
const tasksShown = 8

const onFailureWords = {
  stop: 'a failure stops the run',
  continue: 'the run goes on after a failure',
  undo: 'a failure stops the run and takes this back',
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
  removeCommand: 'A machine that is ended does not come back.',
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
  const { tasks, leftOut, type } = step
  return (
    <li>
      <strong>{stepName(step)}</strong>{' '}
      <span className="dim">
        {whereText(step, isChosen)}; {failureText(step)}
      </span>
      <ul className="plain">
        {keyed(tasks.slice(0, tasksShown), ({ node, text }) => `${node?.id} ${text}`).map(({ key, item }) => (
          <PlannedTask key={key} task={item} />
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

/** More lines of one node's answer are for its log. */
const previewShown = 12

function PlannedTask({ task: { node, text, preview } }: { task: runs.Plan['steps'][number]['tasks'][number] }) {
  return (
    <li data-tone={toneOf(text)}>
      {text}
      {preview && (
        <ul className="plain preview" aria-label={`What ${node?.name ?? 'it'} says`}>
          {keyed(preview.slice(0, previewShown), (line) => line).map(({ key, item: line }) => (
            <li key={key} data-tone={toneOf(line)}>
              {line}
            </li>
          ))}
          {preview.length > previewShown && <li className="dim">and {preview.length - previewShown} more changes</li>}
        </ul>
      )}
    </li>
  )
}

function toneOf(text: string): 'failing' | 'held' | undefined {
  if (text.startsWith('would fail')) return 'failing'
  return text.startsWith('not known:') || text.startsWith('not asked:') ? 'held' : undefined
}

function whereText({ type, target }: runs.Plan['steps'][number], isChosen: boolean): string {
  if (isDeploying(type)) return 'a new node'
  if (type === 'nodeReady') return 'on the new node'
  if (isChosen && target !== 'none') return 'on the chosen nodes'
  return isRemoving(type) && target === 'cluster' ? 'on what it chooses of the cluster' : targetWords[target]
}

function failureText({ type, onFailure }: runs.Plan['steps'][number]): string {
  // The check itself takes nothing back: its deployment is.
  return type === 'nodeReady' && onFailure === 'undo' ? 'a failure takes the new node back' : onFailureWords[onFailure]
}
