import type { Command } from 'commander'
import type { Node } from '../../../wire/resources.ts'
import type { Status } from '../../../wire/watching.ts'
import { type CheckedNode, checkNodes, showChecks } from '../check-nodes.ts'
import { type ExitCode, exitCodes } from '../exit-code.ts'
import type { Out } from '../out.ts'
import { sentence } from '../text.ts'
import { addCommand, attend, type Call, type Common, type Work, withCommon } from '../work.ts'

/** `tscaler check`: tries everything now. */
export function checkCommand(program: Command, call: Call): void {
  const command = addCommand(
    program,
    'check',
    'Try the server itself and every node with its profiles, now; say what is wrong and what to do. Ends with 1 where something is.',
  ).option('--cluster <name>', 'the nodes of this cluster only')
  withCommon(command).action((options: Common & { cluster?: string }) =>
    attend(call, options, (work) => check(work, options.cluster)),
  )
}

async function check(work: Work, cluster: string | undefined): Promise<ExitCode> {
  const { client, out } = work
  const status = await client.ask<Status>({ path: '/status' })
  const all = await client.all<Node>('/nodes', { cluster })
  // Planned and launching nodes have no machine yet that could answer.
  const nodes = all.filter(({ state }) => state !== 'planned' && state !== 'launching')
  const checks = await checkNodes(
    work,
    nodes.map(({ name }) => name),
  )
  const ok = status.trouble.length === 0 && checks.every((one) => one.ok)
  out.answer({ ok, trouble: status.trouble, nodes: checks }, () => show(out, status, checks))
  return ok ? exitCodes.done : exitCodes.failed
}

function show(out: Out, { trouble }: Status, checks: readonly CheckedNode[]): void {
  for (const text of trouble) out.line(`tscaler itself: ${sentence(text)}`, 'bad')
  if (checks.length > 0) showChecks(out, checks)
  else out.line(`There are no nodes to try. ${trouble.length === 0 ? 'tscaler itself is well.' : ''}`.trim())
}
