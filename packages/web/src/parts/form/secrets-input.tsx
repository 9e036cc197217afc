import { Button, TextInput } from '@mantine/core'
import { useState } from 'react'
import type { SecretValue } from './kinds.ts'
import { SecretInput } from './secret-input.tsx'

interface SecretsInputProps {
  label: string
  description?: string | undefined
  error?: string | undefined
  value: Record<string, SecretValue>
  change: (value: Record<string, SecretValue>) => void
}

/** Named secrets, as scripts find them in their environment. */
export function SecretsInput({ label, description, error, value, change }: SecretsInputProps) {
  const [name, setName] = useState('')
  const names = Object.keys(value)
  return (
    <fieldset className="group">
      <legend>{label}</legend>
      {description && <p className="dim small">{description}</p>}
      {names.map((one) => (
        <SecretInput
          key={one}
          label={one}
          value={value[one] ?? null}
          change={(secret) => {
            const { [one]: _, ...rest } = value
            change(secret === null ? rest : { ...value, [one]: secret })
          }}
        />
      ))}
      <div className="add-row">
        <TextInput
          aria-label="Name of a secret"
          placeholder="NAME_OF_A_SECRET"
          value={name}
          onChange={({ currentTarget }) => setName(currentTarget.value)}
        />
        <Button
          variant="default"
          disabled={name.trim() === '' || names.includes(name.trim())}
          onClick={() => {
            change({ ...value, [name.trim()]: { typed: '' } })
            setName('')
          }}
        >
          Add
        </Button>
      </div>
      {error && <p className="field-error">{error}</p>}
    </fieldset>
  )
}
