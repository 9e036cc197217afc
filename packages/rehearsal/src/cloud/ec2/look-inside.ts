import { createHash } from 'node:crypto'
import type { Actions, Region } from '../region.ts'
import { ApiError } from '../wire/api-error.ts'
import type { Content } from '../wire/xml.ts'
import type { Instance } from './instance.ts'

/** What the cloud can tell of the inside of a machine. */
export const lookInside: Actions = {
  GetConsoleOutput({ form }, region) {
    const instance = region.fleet.get(form.need('InstanceId'))
    const text = consoleText(instance, region)
    return {
      instanceId: instance.id,
      timestamp: new Date(region.clock.now()).toISOString(),
      output: text === undefined ? undefined : Buffer.from(text).toString('base64'),
    }
  },

  DescribeInstanceAttribute({ form }, region) {
    const { id, wish } = region.fleet.get(form.need('InstanceId'))
    const name = form.need('Attribute')
    const values: Readonly<Record<string, Content>> = {
      userData: wish.userData === undefined ? '' : { value: wish.userData },
      disableApiTermination: { value: wish.protected },
      instanceType: { value: wish.type },
      instanceInitiatedShutdownBehavior: { value: 'stop' },
    }
    if (name in values) return { instanceId: id, [name]: values[name] }
    throw new ApiError(
      'InvalidParameterValue',
      `Value (${name}) for parameter attribute is invalid. Unknown attribute.`,
    )
  },
}

/** As cloud-init's write-ssh-key-fingerprints and keys-to-console print it between the kernel's lines. */
function consoleText({ bootedAt, hostKey, address }: Instance, { clock, times }: Region): string | undefined {
  if (bootedAt === undefined || hostKey === undefined) return undefined
  const head = `[    0.000000] Linux version 6.1.0-rehearsal\nip-${address.replaceAll('.', '-')} login: `
  if (times.consoleMs === undefined || clock.now() < bootedAt + times.consoleMs) return `${head}\n`
  const [type = '', blob = ''] = hostKey.split(' ')
  const print = createHash('sha256').update(Buffer.from(blob, 'base64')).digest('base64').replace(/=+$/, '')
  const machine = `root@ip-${address.replaceAll('.', '-')}`
  return [
    head,
    'ci-info: no authorized SSH keys fingerprints found for user root.',
    '<14>cloud-init: #############################################################',
    '<14>cloud-init: -----BEGIN SSH HOST KEY FINGERPRINTS-----',
    `<14>cloud-init: 256 SHA256:${print} ${machine} (${type.replace('ssh-', '').toUpperCase()})`,
    '<14>cloud-init: -----END SSH HOST KEY FINGERPRINTS-----',
    '<14>cloud-init: #############################################################',
    '-----BEGIN SSH HOST KEY KEYS-----',
    `${type} ${blob} ${machine}`,
    '-----END SSH HOST KEY KEYS-----',
    '[    9.120000] cloud-init[612]: Cloud-init v. 22.4.2 finished. Datasource DataSourceEc2Local.  Up 9.11 seconds',
    '',
  ].join('\r\n')
}
