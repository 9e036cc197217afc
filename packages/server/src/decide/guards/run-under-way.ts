import { changesNodes } from '../situation.ts'
import { type GuardRule, heldBack } from './guard.ts'

/** One node-changing run of a cluster at a time, whoever asks; runs that change no nodes may go beside it. */
export const runUnderWay: GuardRule = {
  guard: 'run-under-way',
  holds: 'all',
  refuse(situation) {
    if (!situation.runUnderWay || !changesNodes(situation)) return undefined
    const { runId } = situation.runUnderWay
    return heldBack(
      situation,
      'run-under-way',
      null,
      `run ${runId} changes the nodes of cluster "${situation.cluster.name}"`,
    )
  },
}
