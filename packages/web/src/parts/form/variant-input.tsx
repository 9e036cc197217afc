import { Select } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { declaredKinds } from '../../api.ts'
import { type DeclaredField, fieldsLeft, kindName } from '../../reckon/declared.ts'
import { DeclaredInput } from './declared-input.tsx'
import type { Finding, Values, VariantValue } from './kinds.ts'

interface VariantInputProps {
  label: string
  of: 'sources' | 'actions'
  value: VariantValue
  change: (value: VariantValue) => void
  findings: readonly Finding[]
}

/** One of several kinds, and the fields that this kind declares. The form knows none of them: the server says what there is. */
export function VariantInput({ label, of, value, change, findings }: VariantInputProps) {
  const { data } = useQuery(declaredKinds)
  const kinds: Record<string, { fields: Record<string, unknown> }> = data?.[of] ?? {}
  const usable = Object.keys(kinds).filter((id) => Object.keys(kinds[id]?.fields ?? {}).length > 0)
  const { chosen, values } = value
  const fields = Object.entries((kinds[chosen ?? '']?.fields ?? {}) as Record<string, DeclaredField>)
  const known = new Set(fields.map(([name]) => `${chosen}.${name}`))
  const rest = findings.filter(({ path }) => !known.has(path.replace(/\[.*$/, '')))
  return (
    <>
      <Select
        label={label}
        withAsterisk
        allowDeselect={false}
        data={usable.map((id) => ({ value: id, label: kindName(id) }))}
        error={rest.length > 0 ? rest.map(({ path, message }) => `${path}: ${message}`).join('; ') : undefined}
        value={chosen}
        onChange={(id) => change({ chosen: id, values: {} })}
      />
      {fieldsLeft(fields, values).map(([name, field]) => (
        <DeclaredInput
          key={name}
          name={name}
          field={field}
          value={values[name]}
          change={(given) => change({ chosen, values: { ...values, [name]: given } satisfies Values })}
          error={findings
            .filter(({ path }) => path.replace(/\[.*$/, '') === `${chosen}.${name}`)
            .map(({ message }) => message)
            .join('; ')}
        />
      ))}
    </>
  )
}
