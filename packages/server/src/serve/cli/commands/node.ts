import type { Command } from 'commander'
import { TscalerError } from '../../../model/problem.ts'
import type { Jvm } from '../../../wire/jvms.ts'
import type { Node } from '../../../wire/resources.ts'
import type { TrustAnswer } from '../../../wire/watching.ts'
import { confirm, needsYes } from '../ask.ts'
import { checkNodes, showChecks } from '../check-nodes.ts'
import { apiPath } from '../client.ts'
import { type ExitCode, exitCodes } from '../exit-code.ts'
import type { Out } from '../out.ts'
import { short } from '../text.ts'
import { addCommand, attend, type Call, type Common, type Work, withCommon } from '../work.ts'
import { listAll } from './list.ts'

/** `tscaler node list|jvms|check|trust`. */
export function nodeCommand(program: Command, call: Call): void {
  const group = addCommand(program, 'node', 'Nodes: list them and their JVMs, try them now, accept a new host key.')
  const list = addCommand(group, 'list', 'List the nodes with their state and connection.')
    .option('--cluster <name>', 'of this cluster')
    .option('--match <text>', 'whose name contains this')
  withCommon(list).action((options: Common & { cluster?: string; match?: string }) =>
    attend(call, options, (work) => listAll(work, 'nodes', options)),
  )
  const jvms = addCommand(group, 'jvms <name>', 'List the JVMs of a node with their connection.')
  withCommon(jvms).action((name: string, options: Common) => attend(call, options, (work) => listJvms(work, name)))
  const check = addCommand(
    group,
    'check <names...>',
    'Connect to nodes now and try everything; ends with 1 where something is wrong.',
  )
  withCommon(check).action((names: string[], options: Common) =>
    attend(call, options, (work) => checkNamed(work, names)),
  )
  trustCommand(group, call)
}

async function listJvms({ client, out }: Work, name: string): Promise<ExitCode> {
  const { items } = await client.ask<{ items: Jvm[] }>({ path: apiPath('/nodes/{}/jvms', name) })
  out.answer(items, () => {
    if (items.length === 0) out.line(`${name} has no JVM profiles.`)
    const rows = items.map(({ id, profile, port, via, connection }) => {
      const { state, failure } = connection
      return [
        `${id}`,
        profile.name,
        `${port}`,
        via,
        state,
        failure === null ? '' : short(`${failure.kind}: ${failure.text}`, 100),
      ]
    })
    out.table(['JVM', 'PROFILE', 'PORT', 'VIA', 'CONNECTION', 'TROUBLE'], rows)
  })
  return exitCodes.done
}

async function checkNamed(work: Work, names: readonly string[]): Promise<ExitCode> {
  const checks = await checkNodes(work, names)
  work.out.answer(checks, () => showChecks(work.out, checks))
  return checks.every(({ ok }) => ok) ? exitCodes.done : exitCodes.failed
}

function trustCommand(group: Command, call: Call): void {
  const command = addCommand(
    group,
    'trust <name>',
    'Accept the host key that a node shows now: shows the old and the new fingerprint, and asks.',
  )
    .option('--yes', 'go on without asking')
    .option('--fingerprint <sha256>', 'only where the new key is this one; goes on without asking')
  withCommon(command).action((name: string, options: Common & { yes?: boolean; fingerprint?: string }) =>
    attend(call, options, (work) => trust(work, name, options)),
  )
}

async function trust(work: Work, name: string, options: { yes?: boolean; fingerprint?: string }): Promise<ExitCode> {
  const { client, out, io } = work
  const node = await client.ask<Node>({ path: apiPath('/nodes/{}', name) })
  const offered = node.fingerprints?.offered
  if (!offered)
    throw new TscalerError(
      'wrong-state',
      `${node.name} has shown no other key than the pinned one. There is nothing to accept.`,
    )
  if (!out.json) showKeys(out, node)
  if (!options.yes && options.fingerprint === undefined) {
    if (!io.isTty || out.json) throw needsYes('node trust')
    if (!(await confirm(io, 'Accept the offered key?'))) {
      out.line('Nothing was changed: work on the node stays stopped.')
      return exitCodes.failed
    }
  }
  // The key that was looked at, and no other: the node may show a third one by now.
  const body = { fingerprint: options.fingerprint ?? offered }
  const answer = await client.ask<TrustAnswer>({ method: 'POST', path: apiPath('/nodes/{}/trust', node.id), body })
  out.answer(answer, () =>
    out.line(`Accepted: ${node.name} is trusted with ${answer.new}, and work on it goes on.`, 'good'),
  )
  return exitCodes.done
}

function showKeys(out: Out, { name, hostname, port, fingerprints }: Node): void {
  out.line(`${name} (${hostname}:${port}) shows another SSH host key than the pinned one.`, 'strong')
  out.line(`  pinned:  ${fingerprints?.pinned ?? 'none'}`)
  out.line(`  offered: ${fingerprints?.offered}`)
  out.line('Accept it only where you know why it changed. On the machine itself this shows it:')
  out.line('  ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub')
}
