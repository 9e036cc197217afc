import type { Command } from 'commander'
import type { Status } from '../../../wire/watching.ts'
import { exitCodes } from '../exit-code.ts'
import type { Out } from '../out.ts'
import { count, sentence } from '../text.ts'
import { absolute, relative } from '../when.ts'
import { addCommand, attend, type Call, type Common, withCommon } from '../work.ts'

/** `tscaler status`: whether all is well, in one line. */
export function statusCommand(program: Command, call: Call): void {
  withCommon(addCommand(program, 'status', 'Say in a few lines how things stand.')).action((options: Common) =>
    attend(call, options, async ({ client, out }) => {
      const status = await client.ask<Status>({ path: '/status' })
      out.answer(status, () => showStatus(out, status))
      return exitCodes.done
    }),
  )
}

/** What stops things comes first; times are told by the server's clock. */
function showStatus(out: Out, status: Status): void {
  const { now, redStop, pausedUntil } = status
  if (redStop) out.line(`RED STOP by ${redStop.by}, ${relative(redStop.at, now)}: ${sentence(redStop.reason)}`, 'bad')
  if (pausedUntil) out.line(`Everything is paused until ${absolute(pausedUntil, now)}.`, 'warn')
  for (const trouble of status.trouble) out.line(`Trouble: ${sentence(trouble)}`, 'bad')
  if (!redStop && !pausedUntil && status.trouble.length === 0) out.line('All is well with tscaler itself.', 'good')
  const { nodes, clusters, series, lastSampleAt } = status
  const last = lastSampleAt === null ? 'no sample yet' : `last sample ${relative(lastSampleAt, now)}`
  out.line(`${count(nodes, 'node')} in ${count(clusters, 'cluster')}, ${series} series, ${last}.`)
  const alerts = `${count(status.alertsOpen, 'alert')} open`
  out.line(`${count(status.runsActive, 'run')} under way, ${alerts}.`, status.alertsOpen > 0 ? 'warn' : undefined)
  out.line(`tscaler ${status.version}, commands on its own machine ${status.serverCommands ? 'on' : 'off'}.`, 'faint')
}
