import { Button, TextInput } from '@mantine/core'
import { useState } from 'react'
import { keyed } from '../../reckon/keyed.ts'
import { moved } from '../../reckon/moved.ts'
import { MoveButtons } from './move-buttons.tsx'

interface OrderedInputProps {
  label: string
  description?: string | undefined
  error?: string | undefined
  withAsterisk?: boolean
  /** What one of them is called. */
  noun: string
  /** What their order means. */
  next: string
  placeholder?: string | undefined
  value: readonly string[]
  change: (value: string[]) => void
}

/** Texts whose order counts, each moved up and down; several at once where they are pasted with spaces or commas between. */
export function OrderedInput({ noun, next, value, change, ...given }: OrderedInputProps) {
  const [typed, setTyped] = useState('')
  const words = typed.split(/[\s,]+/).filter((word) => word !== '')
  function add() {
    if (words.length === 0) return
    change([...value, ...words.filter((word) => !value.includes(word))])
    setTyped('')
  }
  return (
    <fieldset className="group">
      <legend>
        {given.label}
        {given.withAsterisk && <span className="asterisk"> *</span>}
      </legend>
      <p className="dim small">
        {given.description} {next}
      </p>
      {keyed(value, (one) => one).map(({ key, item: one }, index) => (
        <div key={key} className="ordered-row">
          <span className="name">
            {index + 1}. {one}
          </span>
          <MoveButtons
            name={one}
            index={index}
            count={value.length}
            move={(by) => change(moved(value, index, by))}
            remove={() => change(value.toSpliced(index, 1))}
          />
        </div>
      ))}
      <div className="add-row">
        <TextInput
          aria-label={`Add ${/^[aeiou]/.test(noun) ? 'an' : 'a'} ${noun}`}
          placeholder={given.placeholder}
          value={typed}
          onChange={({ currentTarget }) => setTyped(currentTarget.value)}
          // Typed and not added, it is meant all the same.
          onBlur={add}
          onKeyDown={(event) => {
            if (event.key !== 'Enter') return
            event.preventDefault()
            add()
          }}
        />
        <Button variant="default" disabled={words.length === 0} onClick={add}>
          Add
        </Button>
      </div>
      {given.error && <p className="field-error">{given.error}</p>}
    </fieldset>
  )
}
