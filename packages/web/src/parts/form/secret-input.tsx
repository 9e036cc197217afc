import { Button, PasswordInput, Textarea } from '@mantine/core'
import type { SecretValue } from './kinds.ts'

interface SecretInputProps {
  label: string
  description?: string | undefined
  error?: string | undefined
  lines?: number | undefined
  /** How much fits; then what is typed is counted. */
  bytesMax?: number | undefined
  value: SecretValue
  change: (value: SecretValue) => void
}

/** A secret: it is written and never shown. One that is set says so, and stays unless it is replaced. */
export function SecretInput({ lines, bytesMax, value, change, ...common }: SecretInputProps) {
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
  const size = bytesMax === undefined ? undefined : sizeOf(typed, bytesMax)
  return (
    <Textarea
      {...common}
      error={common.error ?? (size?.isOver ? size.text : undefined)}
      description={size === undefined || size.isOver ? common.description : `${common.description} ${size.text}`}
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

/** `1,234 of 16,384 bytes`: letters beyond ASCII are several bytes. */
function sizeOf(text: string, bytesMax: number): { isOver: boolean; text: string } {
  const bytes = new TextEncoder().encode(text).length
  const of = `${bytes.toLocaleString('en')} of ${bytesMax.toLocaleString('en')} bytes`
  return bytes > bytesMax ? { isOver: true, text: `${of}: too much.` } : { isOver: false, text: `${of}.` }
}
