import { Button, Checkbox, NumberInput, TextInput } from '@mantine/core'
import type { Finding, VolumeValue } from './kinds.ts'

interface VolumesInputProps {
  label: string
  findings: readonly Finding[]
  value: readonly VolumeValue[]
  change: (value: VolumeValue[]) => void
}

/** EBS volumes go from 1 GB to 64 TB. */
const sizeGbMax = 65_536
/** What AWS gives for the least money today; 20 GB hold a system with its logs. */
const usual: VolumeValue = { device: '', sizeGb: 20, type: 'gp3', iops: '', encrypted: true }

/** The disks of a machine, one a row: of the image's own the size may be changed, others are added. */
export function VolumesInput({ label, findings, value, change }: VolumesInputProps) {
  // They have no name of their own: a device may be empty, or stand there twice until it is mended.
  const rows = value.map((volume, index) => ({ n: index + 1, volume }))
  return (
    <fieldset className="group">
      <legend>{label}</legend>
      <p className="dim small">Without any the machine has those of its image. They go when the machine is ended.</p>
      {value.length > 0 && (
        <div className="table-scroll">
          <table className="volumes">
            <thead>
              <tr>
                <th scope="col">Device</th>
                <th scope="col">GB</th>
                <th scope="col">Type</th>
                <th scope="col">IOPS</th>
                <th scope="col">Encrypted</th>
                <td />
              </tr>
            </thead>
            <tbody>
              {rows.map(({ n, volume }) => (
                <VolumeRow
                  key={n}
                  n={n}
                  volume={volume}
                  change={(changed) => change(value.with(n - 1, { ...volume, ...changed }))}
                  remove={() => change(value.toSpliced(n - 1, 1))}
                />
              ))}
            </tbody>
          </table>
        </div>
      )}
      <div>
        <Button
          variant="default"
          size="compact-sm"
          onClick={() => change([...value, { ...usual, device: value.length === 0 ? '/dev/xvda' : '' }])}
        >
          Add a volume
        </Button>
      </div>
      {findings.map(({ path, message }) => (
        <p key={`${path} ${message}`} className="field-error">
          {rowOf(path)}
          {message}
        </p>
      ))}
    </fieldset>
  )
}

/** `volumes[1].device` as `Volume 2, device: `. */
function rowOf(path: string): string {
  const [, index, field] = /^volumes\[(\d+)\](?:\.(\w+))?/.exec(path) ?? []
  return index === undefined ? '' : `Volume ${Number(index) + 1}${field ? `, ${field}` : ''}: `
}

interface VolumeRowProps {
  n: number
  volume: VolumeValue
  change: (changed: Partial<VolumeValue>) => void
  remove: () => void
}

function VolumeRow({ n, volume, change, remove }: VolumeRowProps) {
  return (
    <tr>
      <td>
        <TextInput
          aria-label={`Device of volume ${n}`}
          placeholder="/dev/xvdb"
          value={volume.device}
          onChange={({ currentTarget }) => change({ device: currentTarget.value })}
        />
      </td>
      <td>
        <NumberInput
          aria-label={`Size of volume ${n} in GB`}
          min={1}
          max={sizeGbMax}
          hideControls
          value={volume.sizeGb}
          onChange={(sizeGb) => change({ sizeGb })}
        />
      </td>
      <td>
        <TextInput
          aria-label={`Type of volume ${n}`}
          value={volume.type}
          onChange={({ currentTarget }) => change({ type: currentTarget.value })}
        />
      </td>
      <td>
        <NumberInput
          aria-label={`IOPS of volume ${n}`}
          placeholder="as usual"
          hideControls
          value={volume.iops}
          onChange={(iops) => change({ iops })}
        />
      </td>
      <td>
        <Checkbox
          aria-label={`Volume ${n} is encrypted`}
          checked={volume.encrypted}
          onChange={({ currentTarget }) => change({ encrypted: currentTarget.checked })}
        />
      </td>
      <td>
        <Button variant="subtle" size="compact-sm" aria-label={`Take out volume ${n}`} onClick={remove}>
          ✕
        </Button>
      </td>
    </tr>
  )
}
