import { Button, FileInput as Chooser } from '@mantine/core'
import { useState } from 'react'

interface FileInputProps {
  label: string
  description: string
  error: string | undefined
  withAsterisk: boolean
  /** base64; empty: none. */
  value: string
  change: (value: string) => void
}

/** A file, kept as base64. One that is there is told by its size: its name is not kept. */
export function FileInput({ value, change, withAsterisk, ...common }: FileInputProps) {
  const [chosen, choose] = useState<File | null>(null)
  if (value !== '' && chosen === null)
    return (
      <div>
        <div className="field-label">{common.label}</div>
        <div className="secret-kept">
          <span>{Math.ceil((value.length * 3) / 4 / 1_024)} KiB are kept</span>
          <Button size="compact-xs" variant="default" onClick={() => change('')}>
            Remove
          </Button>
        </div>
        {common.error && <p className="field-error">{common.error}</p>}
      </div>
    )
  const take = async (file: File | null) => {
    choose(file)
    change(file === null ? '' : await base64Of(file))
  }
  return <Chooser {...common} withAsterisk={withAsterisk} clearable value={chosen} onChange={take} />
}

function base64Of(file: File): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader()
    reader.onload = () => resolve(String(reader.result).replace(/^[^,]*,/, ''))
    reader.onerror = () => reject(reader.error)
    reader.readAsDataURL(file)
  })
}
