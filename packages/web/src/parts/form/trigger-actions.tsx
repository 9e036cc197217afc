import { Button, Select } from '@mantine/core'
import { keyed } from '../../reckon/keyed.ts'
import { useNames } from './reference-input.tsx'

export interface TriggerAction {
  action: string
  target: string
  onFailure: string
}

const targets = [
  { value: 'cluster', label: 'all nodes of the cluster' },
  { value: 'last-node', label: 'the newest node' },
  { value: 'node', label: 'the node in breach' },
  { value: 'none', label: 'no node' },
]
const onFailures = [
  { value: 'stop', label: 'stop' },
  { value: 'continue', label: 'go on' },
  { value: 'undo', label: 'undo' },
]

interface TriggerActionsProps {
  label: string
  error: string | undefined
  value: TriggerAction[]
  change: (value: TriggerAction[]) => void
}

/** The ordered actions of a trigger: what, where, and what a failure means. */
export function TriggerActions({ label, error, value, change }: TriggerActionsProps) {
  const names = useNames('actions')
  function move(index: number, by: -1 | 1) {
    const [one, other] = [value[index], value[index + by]]
    if (one && other) change(value.with(index, other).with(index + by, one))
  }
  return (
    <fieldset className="group">
      <legend>{label}</legend>
      {keyed(value, ({ action }) => action).map(({ key, item: one }, index) => (
        <div key={key} className="action-row">
          <span className="name">
            {index + 1}. {one.action}
          </span>
          <Select
            aria-label="Target"
            allowDeselect={false}
            data={targets}
            value={one.target}
            onChange={(target) => change(value.with(index, { ...one, target: target ?? one.target }))}
          />
          <Select
            aria-label="On failure"
            allowDeselect={false}
            data={onFailures}
            value={one.onFailure}
            onChange={(on) => change(value.with(index, { ...one, onFailure: on ?? one.onFailure }))}
          />
          <span className="nowrap">
            <Button
              variant="subtle"
              size="compact-sm"
              disabled={index === 0}
              aria-label="Earlier"
              onClick={() => move(index, -1)}
            >
              ↑
            </Button>
            <Button
              variant="subtle"
              size="compact-sm"
              disabled={index === value.length - 1}
              aria-label="Later"
              onClick={() => move(index, 1)}
            >
              ↓
            </Button>
            <Button
              variant="subtle"
              size="compact-sm"
              aria-label={`Take out ${one.action}`}
              onClick={() => change(value.toSpliced(index, 1))}
            >
              ✕
            </Button>
          </span>
        </div>
      ))}
      <Select
        aria-label="Add an action"
        placeholder="Add an action"
        searchable
        data={names}
        value={null}
        onChange={(action) => action !== null && change([...value, { action, target: 'cluster', onFailure: 'stop' }])}
      />
      {error && <p className="field-error">{error}</p>}
    </fieldset>
  )
}
