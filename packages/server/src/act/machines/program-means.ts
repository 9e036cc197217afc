import type { Field } from '../../model/fields.ts'
import type { Node } from '../../model/node.ts'
import type { Balancer, Cloud } from '../../reach/cloud/cloud.ts'
import { openProgramCloud } from '../../reach/cloud/program/program-cloud.ts'
import type { LocalPrograms } from '../../reach/local/local-programs.ts'
import { type Attempt, TaskFailed } from '../action.ts'
import { environmentOf } from '../actions/environment.ts'
import { masking } from '../mask.ts'
import type { MachineMeans } from './means.ts'

/** What machines of a program of one's own are made and taken away with. */
export interface ProgramMeans extends MachineMeans {
  /** Programs on tscaler's own machine, as the user for server commands; null: they are off. */
  programs: LocalPrograms | null
}

/** What every action has that works by a program of one's own. */
export const programFields = {
  command: {
    kind: 'list',
    help: 'The program and its arguments, each one item; no shell reads them. See docs/operating/own-program.md.',
    minItems: 1,
    maxItems: 200,
  },
  balancer: {
    kind: 'flag',
    help: 'Whether the program looks after a load balancer too: then it is asked to register, deregister and health.',
    default: false,
  },
  callLimit: {
    kind: 'duration',
    help: 'One call of the program takes no longer.',
    defaultMs: 60_000,
    minMs: 1_000,
    // Less than an attempt has; a program that needs longer answers "pending" and is asked again.
    maxMs: 600_000,
  },
} as const satisfies Record<string, Field>

/** The cloud that the attempt's own program is. Throws `TaskFailed` where server commands are off. */
export function programCloudOf(attempt: Attempt, { programs }: ProgramMeans): Cloud {
  if (programs === null) {
    throw new TaskFailed("programs on tscaler's own machine are off. Set TSCALER_SERVER_COMMANDS=on.", {
      retryable: false,
    })
  }
  const { command, callLimit, balancer } = attempt.fields
  const mask = masking(Object.values(attempt.secrets))
  return openProgramCloud({
    programs,
    command: commandOf(command),
    env: environmentOf(attempt),
    callLimitMs: Number(callLimit ?? programFields.callLimit.defaultMs),
    balancer: balancer === true,
    // As notes: what is followed after a crash is another call, whose lines are new.
    say: (line) => attempt.log(mask(line), 'note'),
    mask,
  })
}

/** The load balancers of a cloud that is a program: the one that the program looks after, where it does. */
export function programBalancers(cloud: Cloud): Balancer[] {
  return cloud.balancers({ loadBalancers: [], targetGroups: [] })
}

/** The load balancers of the program that made a node, as its deployment was told; none of one that no program made. Throws `TaskFailed`. */
export async function balancersOfMaker(attempt: Attempt, means: ProgramMeans, node: Node): Promise<Balancer[]> {
  const { store, vault } = means
  const [launch] = await store.launches.list({ where: { nodeId: node.id, state: 'made' } })
  if (!launch || launch.ec2ProfileId !== null) return []
  const task = await store.tasks.find(launch.taskId)
  const step = task && (await store.steps.find(task.stepId))
  if (step?.type !== 'deployCommand' || step.action.fields.balancer !== true) return []
  const secrets = Object.entries(step.action.secrets).map(([name, sealed]) => [name, vault.open(sealed)] as const)
  const its = { ...attempt, fields: step.action.fields, secrets: Object.fromEntries(secrets) }
  return programBalancers(programCloudOf(its, means))
}

/** The words of a program and its arguments. */
export function commandOf(command: unknown): string[] {
  return Array.isArray(command) ? command.map(String) : []
}
