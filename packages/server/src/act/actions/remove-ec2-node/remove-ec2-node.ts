import type { Node } from '../../../model/node.ts'
import { type ActionKind, type Attempt, TaskFailed } from '../../action.ts'
import { cloudOf } from '../../machines/ec2-origin.ts'
import type { MachineMeans } from '../../machines/means.ts'
import { chooseRemovable, removalFields } from '../../machines/removal-fields.ts'
import { probeRemoval, type Removal, removeMachine } from '../../machines/remove.ts'

/** Takes EC2 machines away: out of the load balancers, drained, ended, forgotten. */
export function removeEc2Node(means: MachineMeans): ActionKind {
  return {
    id: 'removeEc2Node',
    summary: 'Takes EC2 machines out of the load balancers, waits for their connections, and ends them.',
    effect: 'remove',
    per: 'each',
    onServer: false,
    slow: true,
    fields: {
      ...removalFields,
      drain: {
        kind: 'duration',
        help: 'How long open connections may take to end.',
        defaultMs: 300_000,
        minMs: 0,
        maxMs: 900_000,
      },
      mode: {
        kind: 'text',
        help: 'terminate, or stop: then the node stays, out of service.',
        default: 'terminate',
        oneOf: ['terminate', 'stop'],
      },
    },
    choose: (fields, nodes) => chooseRemovable(fields, nodes),
    plan: ({ mode }, target) =>
      `take ${target?.name ?? 'a node'} out of its load balancers and ${mode === 'stop' ? 'stop' : 'terminate'} its machine`,
    run: (attempt) => remove(attempt, means),
    probe: (attempt) => probeRemoval(attempt, means),
    resume: (attempt) => remove(attempt, means),
  }
}

async function remove(attempt: Attempt, means: MachineMeans): Promise<void> {
  const row = attempt.node === null ? undefined : await means.store.nodes.find(attempt.node.id)
  if (!row) return attempt.log('the node is gone already', 'note')
  await removeMachine(attempt, means, row, await removalOf(attempt, means, row))
}

async function removalOf({ fields }: Attempt, means: MachineMeans, row: Node): Promise<Removal> {
  const profile = row.ec2ProfileId === null ? undefined : await means.store.ec2Profiles.find(row.ec2ProfileId)
  if (!profile) {
    throw new TaskFailed(`${row.name} has no EC2 profile, so its cloud can't be asked: set it on the node`, {
      retryable: false,
    })
  }
  const cloud = cloudOf(means, profile)
  return {
    cloud,
    balancers: cloud.balancers(profile),
    drainMs: Number(fields.drain),
    mode: fields.mode === 'stop' ? 'stop' : 'terminate',
  }
}
