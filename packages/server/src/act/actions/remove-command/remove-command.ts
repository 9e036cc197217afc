import { basename } from 'node:path'
import type { Node } from '../../../model/node.ts'
import type { Cloud } from '../../../reach/cloud/cloud.ts'
import { type ActionKind, type Attempt, TaskFailed } from '../../action.ts'
import { taskFailure } from '../../machines/launch.ts'
import { patiently } from '../../machines/patiently.ts'
import {
  commandOf,
  type ProgramMeans,
  programBalancers,
  programCloudOf,
  programFields,
} from '../../machines/program-means.ts'
import { chooseRemovable, removalFields } from '../../machines/removal-fields.ts'
import { probeRemoval, removeMachine } from '../../machines/remove.ts'

/** Takes machines away that a program of one's own has made: out of its load balancer, drained, ended, forgotten. */
export function removeCommand(means: ProgramMeans): ActionKind {
  return {
    id: 'removeCommand',
    summary: 'Has a program of your own end machines that it has started. Needs TSCALER_SERVER_COMMANDS=on.',
    effect: 'remove',
    per: 'each',
    onServer: true,
    slow: true,
    fields: {
      ...programFields,
      ...removalFields,
      drain: {
        kind: 'duration',
        help: 'How long open connections may take to end, where the program looks after a load balancer.',
        defaultMs: 300_000,
        minMs: 0,
        maxMs: 900_000,
      },
    },
    choose: (fields, nodes) =>
      chooseRemovable(
        fields,
        nodes.filter(({ ec2ProfileId }) => ec2ProfileId === null),
      ),
    plan: ({ command }, target) =>
      `have ${basename(commandOf(command)[0] ?? '')} end the machine of ${target?.name ?? 'a node'}`,
    run: (attempt) => remove(attempt, means),
    probe: (attempt) => probeRemoval(attempt, means),
    resume: (attempt) => remove(attempt, means),
  }
}

async function remove(attempt: Attempt, means: ProgramMeans): Promise<void> {
  const row = attempt.node === null ? undefined : await means.store.nodes.find(attempt.node.id)
  if (!row) return attempt.log('the node is gone already', 'note')
  const cloud = programCloudOf(attempt, means)
  await checkOrigin(means, row)
  if (row.state === 'in-service') await checkKnown(attempt, cloud, row)
  await removeMachine(attempt, means, row, {
    cloud,
    balancers: programBalancers(cloud),
    drainMs: Number(attempt.fields.drain),
    mode: 'terminate',
  })
}

async function checkOrigin({ store }: ProgramMeans, row: Node): Promise<void> {
  const launches = await store.launches.list({ where: { nodeId: row.id, state: 'made' } })
  if (launches.some(({ ec2ProfileId, vmId }) => ec2ProfileId === null && vmId === row.instanceId)) return
  throw refused(`${row.name} was not made by a program of a deployCommand: remove it by hand, or as it was made.`)
}

/** Another program knows nothing of it: that must not be taken for a machine that is gone. */
async function checkKnown(attempt: Attempt, cloud: Cloud, { name, instanceId }: Node): Promise<void> {
  if (instanceId === null) return
  const vm = await patiently(attempt, (signal) => cloud.find(instanceId, signal)).catch((thrown: unknown) => {
    throw taskFailure(thrown)
  })
  if (vm) return
  const advice = 'Let the action name the program that made it; if the machine is gone, remove the node by hand.'
  throw refused(`the program does not know ${instanceId}, the machine of ${name}. ${advice}`)
}

function refused(message: string): TaskFailed {
  return new TaskFailed(message, { retryable: false })
}
