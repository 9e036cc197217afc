import type { Machine } from '../../../reach/machine.ts'
import { type ActionKind, type Attempt, TaskFailed } from '../../action.ts'
import { register, untilInService } from '../../machines/balance.ts'
import { balancersOf } from '../../machines/ec2-origin.ts'
import { taskFailure } from '../../machines/launch.ts'
import { changeNode } from '../../machines/node-book.ts'
import { until } from '../../machines/patiently.ts'
import { balancersOfMaker, type ProgramMeans } from '../../machines/program-means.ts'

/** A round of one script that does nothing. */
const limits = { deadlineMs: 15_000, scriptLimitMs: 10_000 }

/**
 * tscaler's own last step of a deployment: the node answers, its load balancers send it requests, and it comes into service. From then on
 * no failure of the run takes it away.
 */
export function nodeReady(means: ProgramMeans): ActionKind {
  return {
    id: 'nodeReady',
    summary: 'Waits until a new node is ready, and brings it into service.',
    effect: 'none',
    per: 'each',
    onServer: false,
    slow: true,
    fields: {},
    plan: (_, target) =>
      `wait until ${target?.name ?? 'the new node'} answers and its load balancers send it requests; then it is in service`,
    run: (attempt) => makeReady(attempt, means),
    probe: async ({ node }) => {
      const row = node === null ? undefined : await means.store.nodes.find(node.id)
      return row?.state === 'in-service' ? { kind: 'done', text: `${row.name} is in service` } : { kind: 'not-done' }
    },
    resume: async () => {},
  }
}

async function makeReady(attempt: Attempt, means: ProgramMeans): Promise<void> {
  const node = attempt.node === null ? undefined : await means.store.nodes.find(attempt.node.id)
  if (!node || !attempt.machine) throw new TaskFailed('the new node is gone', { retryable: false })
  await untilAnswers(attempt, attempt.machine)
  try {
    const ofProfile = await balancersOf(means, node.ec2ProfileId)
    const balancers = [...ofProfile, ...(await balancersOfMaker(attempt, means, node))]
    // For one that was registered at its launch this changes nothing.
    if (node.instanceId !== null) {
      await register(attempt, balancers, node.instanceId)
      await untilInService(attempt, balancers, node.instanceId)
    }
  } catch (thrown) {
    throw taskFailure(thrown)
  }
  await changeNode(means, node.id, { state: 'in-service', inServiceAt: attempt.clock.now() })
  attempt.log(`${node.name} is in service`, 'note')
}

async function untilAnswers(attempt: Attempt, machine: Machine): Promise<void> {
  let said = ''
  await until(attempt, async () => {
    const [answer] = await machine.round([{ key: 1, script: 'true' }], limits)
    if (answer?.kind === 'output') return true
    if (answer && said !== answer.text) attempt.log(answer.text, 'note')
    said = answer?.text ?? ''
    return undefined
  })
}
