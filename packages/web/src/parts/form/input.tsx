import { Checkbox, NumberInput, Select, Textarea, TextInput } from '@mantine/core'
import type { ListedAction } from '../../reckon/trigger-actions.ts'
import { type JudgedCounter, JudgedCounters } from './judged-counters.tsx'
import type { Finding, FormField, SecretValue, TlsValue, VariantValue, VolumeValue } from './kinds.ts'
import { OrderedInput } from './ordered-input.tsx'
import { ReferenceInput, ReferencesInput } from './reference-input.tsx'
import { SecretInput } from './secret-input.tsx'
import { SecretsInput } from './secrets-input.tsx'
import { TlsInput } from './tls-input.tsx'
import { TriggerActions } from './trigger-actions.tsx'
import { VariantInput } from './variant-input.tsx'
import { VolumesInput } from './volumes-input.tsx'

interface InputProps {
  field: FormField
  /** As the other values are. */
  isRequired: boolean
  value: unknown
  change: (value: unknown) => void
  findings: readonly Finding[]
}

/** The input of one field, whatever its kind, with what the server found wrong in it. */
export function Input({ field, isRequired, value, change, findings }: InputProps) {
  const common = {
    label: field.label,
    description: field.help,
    error: findings.length > 0 ? findings.map(({ message }) => message).join('; ') : undefined,
    withAsterisk: isRequired,
  }
  // A box is never empty, and knows no asterisk.
  const { withAsterisk: _, ...ofBox } = common
  switch (field.kind) {
    case 'timing':
      return (
        <TextInput {...common} value={String(value)} onChange={({ currentTarget }) => change(currentTarget.value)} />
      )
    case 'text':
      return field.lines === undefined ? (
        <TextInput
          {...common}
          placeholder={field.placeholder}
          value={String(value)}
          onChange={({ currentTarget }) => change(currentTarget.value)}
        />
      ) : (
        <Lines {...common} rows={field.lines} value={value} change={change} />
      )
    case 'lines':
      return <Lines {...common} rows={3} value={value} change={change} />
    case 'labels':
      return <Lines {...common} rows={2} value={value} change={change} />
    case 'instant':
      return (
        <TextInput
          {...common}
          type="datetime-local"
          value={String(value)}
          onChange={({ currentTarget }) => change(currentTarget.value)}
        />
      )
    case 'number':
      return (
        <NumberInput
          {...common}
          {...(field.min === undefined ? {} : { min: field.min })}
          {...(field.max === undefined ? {} : { max: field.max })}
          {...(field.unit === undefined ? {} : { suffix: ` ${field.unit}` })}
          value={value as number | string}
          onChange={change}
        />
      )
    case 'flag':
      return (
        <Checkbox {...ofBox} checked={value === true} onChange={({ currentTarget }) => change(currentTarget.checked)} />
      )
    case 'choice':
      return (
        <Select
          {...common}
          data={[...field.options]}
          allowDeselect={false}
          value={value as string | null}
          onChange={change}
        />
      )
    case 'secret':
      return (
        <SecretInput
          {...common}
          lines={field.lines}
          bytesMax={field.bytesMax}
          value={value as SecretValue}
          change={change}
        />
      )
    case 'ordered':
      return (
        <OrderedInput
          {...common}
          noun={field.noun}
          next={field.next}
          placeholder={field.placeholder}
          value={value as string[]}
          change={change}
        />
      )
    case 'volumes':
      return <VolumesInput {...common} findings={findings} value={value as VolumeValue[]} change={change} />
    case 'reference':
      return (
        <ReferenceInput
          {...common}
          to={field.to}
          isRequired={isRequired}
          value={value as string | null}
          change={change}
        />
      )
    case 'references':
      return <ReferencesInput {...common} to={field.to} value={value as string[]} change={change} />
    case 'variant':
      return (
        <VariantInput
          label={field.label}
          of={field.of}
          value={value as VariantValue}
          change={change}
          findings={findings}
        />
      )
    case 'judged-counters':
      return <JudgedCounters {...common} value={value as JudgedCounter[]} change={change} />
    case 'trigger-actions':
      return <TriggerActions {...common} value={value as ListedAction[]} change={change} />
    case 'secrets':
      return <SecretsInput {...common} value={value as Record<string, SecretValue>} change={change} />
    case 'tls':
      return <TlsInput {...common} value={value as TlsValue | null} change={change} />
    default:
      return field satisfies never
  }
}

interface LinesProps {
  label: string
  description: string | undefined
  error: string | undefined
  rows: number
  value: unknown
  change: (value: string) => void
}

function Lines({ rows, value, change, ...common }: LinesProps) {
  return (
    <Textarea
      {...common}
      autosize
      minRows={rows}
      maxRows={24}
      classNames={{ input: 'code-input' }}
      spellCheck={false}
      value={String(value)}
      onChange={({ currentTarget }) => change(currentTarget.value)}
    />
  )
}
