import { Select } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { listOf } from '../../api.ts'
import { typeOf } from '../../reckon/declared.ts'
import { keyed } from '../../reckon/keyed.ts'
import { moved } from '../../reckon/moved.ts'
import { failureWords, type ListedAction, listedAction, targetsFor } from '../../reckon/trigger-actions.ts'
import { MoveButtons } from './move-buttons.tsx'

const onFailures = [
  { value: 'stop', label: 'stop' },
  { value: 'continue', label: 'go on' },
  { value: 'undo', label: 'undo' },
]

interface TriggerActionsProps {
  label: string
  error: string | undefined
  value: readonly ListedAction[]
  change: (value: ListedAction[]) => void
}

/** The ordered actions of a trigger: what, where, and what a failure means. */
export function TriggerActions({ label, error, value, change }: TriggerActionsProps) {
  const { data: actions = [] } = useQuery(listOf('actions'))
  const types = new Map(actions.map((action) => [action.name, typeOf(action)]))
  const typed = value.map((one) => ({ ...one, type: types.get(one.action) ?? '' }))
  return (
    <fieldset className="group">
      <legend>{label}</legend>
      {keyed(typed, ({ action }) => action).map(({ key, item: one }, index) => (
        <ActionRow
          key={key}
          index={index}
          count={value.length}
          type={one.type}
          one={one}
          change={(changed) => change(value.with(index, changed))}
          move={(by) => change(moved(value, index, by))}
          remove={() => change(value.toSpliced(index, 1))}
        />
      ))}
      <Select
        aria-label="Add an action"
        placeholder="Add an action"
        searchable
        data={actions.map(({ name }) => name)}
        value={null}
        onChange={(name) => name !== null && change([...value, listedAction(name, types.get(name) ?? '', typed)])}
      />
      {failureWords(typed).map((text) => (
        <p key={text} className="dim small">
          {text}
        </p>
      ))}
      {error && <p className="field-error">{error}</p>}
    </fieldset>
  )
}

interface ActionRowProps {
  index: number
  count: number
  type: string
  one: ListedAction
  change: (one: ListedAction) => void
  move: (by: -1 | 1) => void
  remove: () => void
}

function ActionRow({ index, count, type, one: { action, target, onFailure }, change, move, remove }: ActionRowProps) {
  const targets = targetsFor(type)
  // One that was set before stays to be seen, and can be chosen again.
  const data = targets.some(({ value }) => value === target) ? targets : [...targets, ...targetsFor('')].filter(once)
  return (
    <div className="action-row">
      <span className="name">
        {index + 1}. {action}
      </span>
      <Select
        aria-label={`Target of ${action}`}
        allowDeselect={false}
        data={data}
        value={target}
        onChange={(chosen) => chosen !== null && change({ action, target: chosen, onFailure })}
      />
      <Select
        aria-label={`If ${action} fails`}
        allowDeselect={false}
        data={onFailures}
        value={onFailure}
        onChange={(chosen) =>
          chosen !== null && change({ action, target, onFailure: chosen as ListedAction['onFailure'] })
        }
      />
      <MoveButtons name={action} index={index} count={count} move={move} remove={remove} />
    </div>
  )
}

function once<One extends { value: string }>({ value }: One, index: number, all: readonly One[]): boolean {
  return all.findIndex((one) => one.value === value) === index
}
