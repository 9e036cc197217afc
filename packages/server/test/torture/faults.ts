import type { RandomFaults } from '@tscaler/rehearsal/cloud/faults.ts'

/** How much goes wrong: of calls and of new machines. Three calls in a row, which tscaler takes for trouble, in a storm are 1 of 8. */
export const weathers = [0.05, 0.2, 0.2, 0.5] as const

/** What goes wrong in the cloud, by chance. A fault that comes to calls stands as often as it is likely. */
export function ordealFaults(seed: string, rateShare: number): RandomFaults {
  return {
    seed,
    rateShare,
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
      { kind: 'error', code: 'InstanceLimitExceeded', status: 400, actions: ['RunInstances'] },
    ],
  }
}

/** What becomes of a new machine. */
export const fates = [
  { kind: 'launch', hiddenMs: 2_000 },
  { kind: 'launch', hiddenMs: 2_000 },
  { kind: 'launch', diesAfterMs: 5 },
  { kind: 'launch', diesAfterMs: 5, hiddenMs: 500 },
  { kind: 'launch', noSsh: true },
  { kind: 'launch', stuckPending: true },
] as const

/** Rights that come and go. */
export const rights = [
  'RunInstances',
  'DescribeInstances',
  'TerminateInstances',
  'GetConsoleOutput',
  'RegisterTargets',
  'DeregisterInstancesFromLoadBalancer',
  'DescribeTargetHealth',
] as const
