import { Checkbox, NumberInput, Select, Textarea, TextInput } from '@mantine/core'
import { type DeclaredField, labelOf } from '../../reckon/declared.ts'
import { durationText } from '../../reckon/duration.ts'
import { linesOf } from './body.ts'
import { FileInput } from './file-input.tsx'
import { ReferenceInput, ReferencesInput } from './reference-input.tsx'

interface DeclaredInputProps {
  name: string
  field: DeclaredField
  value: unknown
  change: (value: unknown) => void
  error: string
}

/** The input of a field as the server declares it. */
export function DeclaredInput({ name, field, value, change, error }: DeclaredInputProps) {
  const common = {
    label: labelOf(name),
    description: field.help,
    error: error === '' ? undefined : error,
    withAsterisk: isNeeded(field),
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
  if (field.kind === 'file')
    return <FileInput {...common} bytesMax={field.bytesMax} value={String(value ?? '')} change={change} />
  if (field.kind === 'reference') return <DeclaredReference {...common} field={field} value={value} change={change} />
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
      placeholder={field.defaultMs === undefined ? undefined : durationText(field.defaultMs)}
      value={String(value ?? start)}
      onChange={({ currentTarget }) => change(currentTarget.value)}
    />
  )
}

function isNeeded({ kind, optional, default: start, defaultMs }: DeclaredField): boolean {
  return optional !== true && start === undefined && defaultMs === undefined && kind !== 'flag'
}

interface DeclaredReferenceProps {
  label: string
  description: string
  error: string | undefined
  withAsterisk: boolean
  field: DeclaredField
  value: unknown
  change: (value: unknown) => void
}

/** Another thing by its name, or several, or a new one made on the spot. */
function DeclaredReference({ field, value, change, withAsterisk, ...common }: DeclaredReferenceProps) {
  if (field.to === undefined) return null
  if (field.many === true)
    return (
      <ReferencesInput
        {...common}
        withAsterisk={withAsterisk}
        to={field.to}
        value={Array.isArray(value) ? value.map(String) : []}
        change={change}
      />
    )
  return (
    <ReferenceInput
      {...common}
      withAsterisk={withAsterisk}
      to={field.to}
      isRequired={withAsterisk}
      value={typeof value === 'string' ? value : null}
      change={change}
    />
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
