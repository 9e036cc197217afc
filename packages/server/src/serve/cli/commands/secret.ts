import type { Command } from 'commander'
import type { Rotated } from '../../../wire/watching.ts'
import { exitCodes } from '../exit-code.ts'
import type { Out } from '../out.ts'
import { count } from '../text.ts'
import { addCommand, attend, type Call, type Common, withCommon } from '../work.ts'

/** `tscaler secret rotate`: another key for the stored secrets. */
export function secretCommand(program: Command, call: Call): void {
  const group = addCommand(program, 'secret', 'The key that opens stored secrets: change it.')
  const command = addCommand(
    group,
    'rotate',
    'Make a new key and seal every stored secret with it, all or none.',
  ).option('--forget-older', 'make no new key: forget the older ones, once nothing stored needs them')
  command.addHelpText(
    'after',
    `
The older key stays beside the new one, as backups and exports from before need it. Where the key
comes from TSCALER_SECRET_KEY or its file: put a new one before the old one there, start the server
again, then call this.`,
  )
  withCommon(command).action((options: Common & { forgetOlder?: boolean }) =>
    attend(call, options, async ({ client, out }) => {
      const body = { forgetOlder: options.forgetOlder ?? false }
      const rotated = await client.ask<Rotated>({ method: 'POST', path: '/secret-key/rotate', body })
      out.answer(rotated, () => show(out, rotated))
      return rotated.unopened > 0 ? exitCodes.failed : exitCodes.done
    }),
  )
}

function show(out: Out, { keyId, isNew, olderKeyIds, file, resealed, unopened }: Rotated): void {
  const where = file ?? 'what TSCALER_SECRET_KEY or TSCALER_SECRET_KEY_FILE gives'
  out.line(`${isNew ? 'New key' : 'Key'} ${keyId}, in ${where}: ${count(resealed, 'secret')} sealed anew.`, 'good')
  if (isNew) out.line('Copy the key file to where you keep it apart from backups, now.', 'warn')
  if (olderKeyIds.length > 0)
    out.line(
      `Older keys that stay for backups and exports from before: ${olderKeyIds.join(', ')}.${file === null ? ' Nothing stored needs them any more.' : ''}`,
    )
  if (unopened > 0)
    out.line(
      `${count(unopened, 'secret')} could not be opened with any key and stays as it was: enter it again.`,
      'bad',
    )
}
