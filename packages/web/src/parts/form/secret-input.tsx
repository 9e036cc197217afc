import { Button, PasswordInput, Textarea } from '@mantine/core'
import type { SecretValue } from './kinds.ts'

interface SecretInputProps {
  label: string
  description?: string | undefined
  error?: string | undefined
  lines?: number | undefined
  value: SecretValue
  change: (value: SecretValue) => void
}

/** A secret: it is written and never shown. One that is set says so, and stays unless it is replaced. */
export function SecretInput({ lines, value, change, ...common }: SecretInputProps) {
  if (value !== null && 'kept' in value) {
    return (
      <div>
        <div className="field-label">{common.label}</div>
        <div className="secret-kept">
          <span>is set, and is never shown</span>
          <Button size="compact-xs" variant="default" onClick={() => change({ typed: '' })}>
            Replace
          </Button>
          <Button size="compact-xs" variant="default" onClick={() => change(null)}>
            Remove
          </Button>
        </div>
        {common.error && <p className="field-error">{common.error}</p>}
      </div>
    )
  }
  const typed = value === null ? '' : value.typed
  const take = (text: string) => change(text === '' ? null : { typed: text })
  if (lines === undefined)
    return (
      <PasswordInput
        {...common}
        autoComplete="off"
        value={typed}
        onChange={({ currentTarget }) => take(currentTarget.value)}
      />
    )
  return (
    <Textarea
      {...common}
      autosize
      minRows={lines}
      maxRows={12}
      spellCheck={false}
      autoComplete="off"
      classNames={{ input: 'code-input' }}
      value={typed}
      onChange={({ currentTarget }) => take(currentTarget.value)}
    />
  )
}
