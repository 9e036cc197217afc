import type { Command } from 'commander'
import type { EndInstanceBody, SeenInstance, SeenInstances } from '../../../wire/seen-instances.ts'
import { apiPath } from '../client.ts'
import { exitCodes } from '../exit-code.ts'
import type { Out } from '../out.ts'
import { count, plainLine } from '../text.ts'
import { relative } from '../when.ts'
import { addCommand, attend, type Call, type Common, withCommon } from '../work.ts'

/** `tscaler instances`: the machines in the clouds, and whose they are. */
export function instancesCommand(program: Command, call: Call): void {
  const command = addCommand(
    program,
    'instances',
    "List the clouds' machines that are nodes, are on their way, or that nobody has.",
  ).option('--fresh', 'look now; without it, what the last look of the minute saw')
  withCommon(command).action((options: Common & { fresh?: boolean }) =>
    attend(call, options, async ({ client, out, io }) => {
      const query = options.fresh ? { fresh: true } : {}
      const seen = await client.ask<SeenInstances>({ path: '/instances', query })
      out.answer(seen, () => show(out, seen, io.clock.now()))
      return exitCodes.done
    }),
  )
}

/** `tscaler end-instance`: by hand only. */
export function endInstanceCommand(program: Command, call: Call): void {
  const command = addCommand(
    program,
    'end-instance <instance>',
    'End (terminate) a machine of this installation that no node has.',
  ).requiredOption('--reason <text>', 'why; the audit trail keeps it')
  withCommon(command).action((instance: string, options: Common & EndInstanceBody) =>
    attend(call, options, async ({ client, out }) => {
      const body: EndInstanceBody = { reason: options.reason }
      await client.ask({ method: 'POST', path: apiPath('/instances/{}/end', instance), body })
      out.answer({ ended: instance }, () => out.line(`The cloud was told to end ${instance}.`))
      return exitCodes.done
    }),
  )
}

function show(out: Out, { items, lookedAt, trouble }: SeenInstances, now: number): void {
  for (const text of trouble) out.line(plainLine(text), 'bad')
  if (items.length === 0 && trouble.length === 0) out.line(lookedAt === null ? notLooked : nothingThere)
  const rows = items.map((one) => [
    one.id,
    kindWords[one.kind],
    one.node?.name ?? one.name ?? '',
    one.cluster?.name ?? '',
    one.state,
    one.host ?? '',
    one.type ?? '',
    one.region,
    relative(one.launchedAt, now),
  ])
  out.table(['INSTANCE', 'IS', 'NAME', 'CLUSTER', 'STATE', 'ADDRESS', 'TYPE', 'REGION', 'LAUNCHED'], rows)
  for (const { note } of items) if (note !== null) out.line(plainLine(note))
  if (items.length > 0) out.line(`${count(items.length, 'machine')}, seen ${relative(lookedAt, now)}.`)
}

const notLooked = 'Nobody has looked at the clouds yet: ask again in a few seconds, or with --fresh.'
const nothingThere = 'No machines: none in a cloud is a node or carries the tag of this tscaler.'

const kindWords: Record<SeenInstance['kind'], string> = {
  node: 'node',
  orphan: 'ORPHAN',
  launching: 'launching',
  'not-ended': 'NOT ENDED',
}
