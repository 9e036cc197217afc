import { messageOf, TscalerError } from '../../model/problem.ts'
import type { NodeCheck } from '../../wire/watching.ts'
import { apiPath } from './client.ts'
import type { Out } from './out.ts'
import { count, sentence } from './text.ts'
import type { Work } from './work.ts'

/** A node with what was found on it. */
export interface CheckedNode extends NodeCheck {
  node: string
}

const atOnce = 8 // handshakes are limited over the fleet anyway; more would only wait there

/** Has the server try each node now; in the order given. One that can't be tried is a finding of its own. */
export async function checkNodes({ client, out, io }: Work, names: readonly string[]): Promise<CheckedNode[]> {
  const checks: CheckedNode[] = []
  const waiting = [...names.entries()]
  async function work(): Promise<void> {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      const [index, node] = next
      checks[index] = {
        node,
        ...(await client.ask<NodeCheck>({ method: 'POST', path: apiPath('/nodes/{}/check', node) }).catch(notTried)),
      }
      if (io.isTty && !out.json && names.length > 1)
        out.note(`${names.length - waiting.length} of ${names.length} tried`)
    }
  }
  await Promise.all(Array.from({ length: Math.min(atOnce, names.length) }, work))
  return checks
}

/** Without the server there is nothing to say of any node. */
function notTried(thrown: unknown): NodeCheck {
  const isOfTheNode = thrown instanceof TscalerError && (thrown.code === 'not-found' || thrown.code.startsWith('node-'))
  if (!isOfTheNode) throw thrown
  return { ok: false, findings: [{ what: 'check', ok: false, text: messageOf(thrown) }] }
}

/** What is wrong, node by node; what works only where one node was asked for. */
export function showChecks(out: Out, checks: readonly CheckedNode[]): void {
  const broken = checks.filter(({ ok }) => !ok)
  if (broken.length === 0) out.line(`${count(checks.length, 'node')} tried, all is well.`, 'good')
  else
    out.line(
      `${broken.length} of ${count(checks.length, 'node')} ${broken.length === 1 ? 'is' : 'are'} not well.`,
      'bad',
    )
  for (const { node, findings } of checks.length === 1 ? checks : broken) {
    for (const { what, ok, text } of findings) {
      if (!ok || checks.length === 1)
        out.line(`  ${ok ? 'ok' : '!!'} ${node} ${what}: ${sentence(text)}`, ok ? undefined : 'bad')
    }
  }
}
