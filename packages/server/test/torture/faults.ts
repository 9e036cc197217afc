import type { RandomFaults } from '@tscaler/rehearsal/cloud/faults.ts'

/** What goes wrong in the cloud, by chance. A fault that comes to calls stands as often as it is likely. */
export function ordealFaults(seed: number): RandomFaults {
  return {
    seed,
    rateShare: 0.12, // three in a row, which tscaler takes for trouble, in one of 600 calls
    faults: [
      { kind: 'throttle' },
      { kind: 'internal-error', when: 'before' },
      { kind: 'internal-error', when: 'after' },
      { kind: 'cut', when: 'before' },
      { kind: 'cut', when: 'after' },
      { kind: 'empty' },
      { kind: 'short-body' },
      // Acts and answers late: what is killed meanwhile never hears of it.
      { kind: 'slow', delayMs: 40 },
      { kind: 'slow', delayMs: 200 },
      { kind: 'slow', delayMs: 200, actions: ['RunInstances', 'TerminateInstances'] },
      { kind: 'no-capacity' },
      { kind: 'no-capacity' },
      { kind: 'error', code: 'TargetGroupNotFound', status: 400, actions: ['RegisterTargets'] },
      { kind: 'error', code: 'LoadBalancerNotFound', status: 400, actions: ['RegisterInstancesWithLoadBalancer'] },
      { kind: 'error', code: 'TargetGroupNotFound', status: 400, actions: ['DeregisterTargets'] },
      ...fates,
    ],
  }
}

/** Of new machines: each as often as the others, of an eighth of them. */
const fates = [
  { kind: 'launch', hiddenMs: 2_000 },
  { kind: 'launch', hiddenMs: 2_000 },
  { kind: 'launch', diesAfterMs: 5 },
  { kind: 'launch', diesAfterMs: 5, hiddenMs: 500 },
  { kind: 'launch', noSsh: true },
  { kind: 'launch', stuckPending: true },
] as const
