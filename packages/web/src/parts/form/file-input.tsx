import { Button, FileInput as Chooser } from '@mantine/core'
import { useState } from 'react'

interface FileInputProps {
  label: string
  description: string
  error: string | undefined
  withAsterisk: boolean
  /** How much the server takes. */
  bytesMax?: number | undefined
  /** base64; empty: none. */
  value: string
  change: (value: string) => void
}

/** A file, kept as base64. One that is there is told by its size: its name is not kept. */
export function FileInput({ value, change, withAsterisk, bytesMax, ...common }: FileInputProps) {
  const [chosen, choose] = useState<File | null>(null)
  const [tooBig, setTooBig] = useState<string | null>(null)
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
    const isOver = file !== null && bytesMax !== undefined && file.size > bytesMax
    setTooBig(isOver ? `${file.name} has ${mib(file.size)}; at most ${mib(bytesMax)} are taken.` : null)
    choose(isOver ? null : file)
    change(file === null || isOver ? '' : await base64Of(file))
  }
  return (
    <Chooser
      {...common}
      description={bytesMax === undefined ? common.description : `${common.description} At most ${mib(bytesMax)}.`}
      error={common.error ?? tooBig}
      withAsterisk={withAsterisk}
      clearable
      placeholder="Choose a file"
      value={chosen}
      onChange={take}
    />
  )
}

function mib(bytes: number): string {
  return `${Number((bytes / 1_048_576).toFixed(1))} MiB`
}

function base64Of(file: File): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader()
    reader.onload = () => resolve(String(reader.result).replace(/^[^,]*,/, ''))
    reader.onerror = () => reject(reader.error)
    reader.readAsDataURL(file)
  })
}
