import { Checkbox, Textarea } from '@mantine/core'
import type { TlsValue } from './kinds.ts'
import { SecretInput } from './secret-input.tsx'

interface TlsInputProps {
  label: string
  error: string | undefined
  value: TlsValue | null
  change: (value: TlsValue | null) => void
}

const untold: TlsValue = { ca: '', cert: '', key: null }

/** Whether TLS is spoken; where it is, whom it trusts and what it shows for itself. */
export function TlsInput({ label, error, value, change }: TlsInputProps) {
  return (
    <fieldset className="group">
      <legend>{label}</legend>
      <Checkbox
        label="The JVM speaks TLS"
        checked={value !== null}
        onChange={({ currentTarget }) => change(currentTarget.checked ? untold : null)}
      />
      {value !== null && (
        <>
          <Pem
            label="Authority"
            description="PEM. Without it the authorities that the server’s machine knows are trusted."
            value={value.ca}
            change={(ca) => change({ ...value, ca })}
          />
          <Pem
            label="Client’s certificate"
            description="PEM, for a JVM that asks for one; then with its key."
            value={value.cert}
            change={(cert) => change({ ...value, cert })}
          />
          <SecretInput
            label="Key of the client’s certificate"
            description="PEM. Written only, never shown."
            lines={3}
            value={value.key}
            change={(key) => change({ ...value, key })}
          />
        </>
      )}
      {error && <p className="field-error">{error}</p>}
    </fieldset>
  )
}

interface PemProps {
  label: string
  description: string
  value: string
  change: (value: string) => void
}

function Pem({ change, ...common }: PemProps) {
  return (
    <Textarea
      {...common}
      autosize
      minRows={2}
      maxRows={12}
      spellCheck={false}
      placeholder="-----BEGIN CERTIFICATE-----"
      classNames={{ input: 'code-input' }}
      onChange={({ currentTarget }) => change(currentTarget.value)}
    />
  )
}
