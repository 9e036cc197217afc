import { Button, Select, TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { listOf } from '../../api.ts'

export interface JudgedCounter {
  counter: string
  /** Empty: the counter's own. */
  threshold: string
}

interface JudgedCountersProps {
  label: string
  error: string | undefined
  value: JudgedCounter[]
  change: (value: JudgedCounter[]) => void
}

/** The counters that a trigger judges, each by its own threshold or by another one. */
export function JudgedCounters({ label, error, value, change }: JudgedCountersProps) {
  const { data = [] } = useQuery(listOf('counters'))
  const free = data.map(({ name }) => name).filter((name) => !value.some(({ counter }) => counter === name))
  return (
    <fieldset className="group">
      <legend>{label}</legend>
      {value.map((one, index) => (
        <div key={one.counter} className="list-row">
          <span className="name">{one.counter}</span>
          <TextInput
            aria-label={`Threshold of ${one.counter}`}
            placeholder={data.find(({ name }) => name === one.counter)?.threshold ?? 'a threshold, such as > 4'}
            value={one.threshold}
            onChange={({ currentTarget }) => change(value.with(index, { ...one, threshold: currentTarget.value }))}
          />
          <Button
            variant="subtle"
            size="compact-sm"
            aria-label={`Take out ${one.counter}`}
            onClick={() => change(value.toSpliced(index, 1))}
          >
            ✕
          </Button>
        </div>
      ))}
      <Select
        aria-label="Add a counter"
        placeholder="Add a counter"
        searchable
        data={free}
        value={null}
        onChange={(counter) => counter !== null && change([...value, { counter, threshold: '' }])}
      />
      <p className="dim small">Without a threshold of the trigger the counter’s own counts.</p>
      {error && <p className="field-error">{error}</p>}
    </fieldset>
  )
}
