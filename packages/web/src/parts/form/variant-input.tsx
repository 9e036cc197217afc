import { Checkbox, NumberInput, Select, Textarea, TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { declaredKinds } from '../../api.ts'
import { type DeclaredField, fieldsLeft, kindName, labelOf } from '../../reckon/declared.ts'
import { linesOf } from './body.ts'
import { FileInput } from './file-input.tsx'
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

/** One of a fixed few, with what it is where the server says so. */
function Option({ name, help }: { name: string; help: string | undefined }) {
  return (
    <span>
      {name}
      {help !== undefined && <span className="dim small ready-help">{help}</span>}
    </span>
  )
}

interface DeclaredInputProps {
  name: string
  field: DeclaredField
  value: unknown
  change: (value: unknown) => void
  error: string
}

function DeclaredInput({ name, field, value, change, error }: DeclaredInputProps) {
  const common = {
    label: labelOf(name),
    description: field.help,
    error: error === '' ? undefined : error,
    withAsterisk: field.optional !== true && field.default === undefined && field.kind !== 'flag',
  }
  const start = field.default ?? ''
  // A box is never empty, and knows no asterisk.
  const { withAsterisk: _, ...ofBox } = common
  if (field.kind === 'flag')
    return (
      <Checkbox
        {...ofBox}
        checked={(value ?? field.default) === true}
        onChange={({ currentTarget }) => change(currentTarget.checked)}
      />
    )
  if (field.kind === 'number')
    return (
      <NumberInput
        {...common}
        {...(field.min === undefined ? {} : { min: field.min })}
        {...(field.max === undefined ? {} : { max: field.max })}
        {...(field.unit === undefined ? {} : { suffix: ` ${field.unit}` })}
        value={(value ?? start) as number | string}
        onChange={change}
      />
    )
  if (field.oneOf !== undefined)
    return (
      <Select
        {...common}
        searchable
        clearable={field.optional === true}
        data={[...field.oneOf]}
        renderOption={({ option }) => <Option name={option.value} help={field.about?.[option.value]?.help} />}
        value={(value ?? null) as string | null}
        onChange={change}
      />
    )
  if (field.kind === 'file') return <FileInput {...common} value={String(value ?? '')} change={change} />
  if (field.kind === 'list') return <ListInput {...common} value={value} change={change} />
  if (field.lines !== undefined && field.lines > 1)
    return (
      <Textarea
        {...common}
        autosize
        minRows={Math.min(field.lines, 10)}
        maxRows={24}
        spellCheck={false}
        classNames={{ input: 'code-input' }}
        value={String(value ?? start)}
        onChange={({ currentTarget }) => change(currentTarget.value)}
      />
    )
  return (
    <TextInput
      {...common}
      value={String(value ?? start)}
      onChange={({ currentTarget }) => change(currentTarget.value)}
    />
  )
}

/** Texts, one a line. What is typed stays as it is typed; the list is what its lines say. */
function ListInput({
  value,
  change,
  description,
  ...common
}: Omit<DeclaredInputProps, 'name' | 'field' | 'error'> & {
  label: string
  description: string
  error: string | undefined
}) {
  const text = Array.isArray(value) ? value.join('\n') : ''
  return (
    <Textarea
      {...common}
      description={`${description} One a line.`}
      autosize
      minRows={2}
      maxRows={12}
      spellCheck={false}
      classNames={{ input: 'code-input' }}
      defaultValue={text}
      onChange={({ currentTarget }) => change(linesOf(currentTarget.value))}
    />
  )
}
