import type { TargetHealth, TargetHealthDescription } from '@aws-sdk/client-elastic-load-balancing-v2'
import type { Balancer, BalancerHealth } from '../cloud.ts'
import { partOf } from './answer.ts'
import type { Connection } from './connection.ts'
import { refusalCode } from './trouble.ts'

/** A target group by its ARN; its targets are machines by id, on the group's own port. */
export function openTargetGroup(connection: Connection, arn: string): Balancer {
  const name = targetGroupName(arn)
  const call = (action: string, vmId?: string) => ({
    action,
    about: vmId === undefined ? `target group "${name}"` : `${vmId} in target group "${name}"`,
    shape: null,
    secrets: [],
  })
  return {
    name,
    register: (vmId, signal) =>
      connection.targetGroups(
        call('RegisterTargets', vmId),
        async (sdk, client, abortSignal) => {
          await client.send(new sdk.RegisterTargetsCommand({ TargetGroupArn: arn, Targets: [{ Id: vmId }] }), {
            abortSignal,
          })
        },
        signal,
      ),

    deregister: (vmId, signal) =>
      connection.targetGroups(
        call('DeregisterTargets', vmId),
        async (sdk, client, abortSignal) => {
          try {
            await client.send(new sdk.DeregisterTargetsCommand({ TargetGroupArn: arn, Targets: [{ Id: vmId }] }), {
              abortSignal,
            })
          } catch (thrown) {
            // It is not in it, or is no more: what was wanted. `health` confirms it.
            if (refusalCode(thrown) !== 'InvalidTarget') throw thrown
          }
        },
        signal,
      ),

    health: (signal) =>
      connection.targetGroups(
        call('DescribeTargetHealth'),
        async (sdk, client, abortSignal) => {
          const answer = await client.send(new sdk.DescribeTargetHealthCommand({ TargetGroupArn: arn }), {
            abortSignal,
          })
          return groupHealth(partOf(answer.TargetHealthDescriptions, 'a list of targets'))
        },
        signal,
      ),
  }
}

/** `web` of `arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/web/0123456789abcdef`; what is no such ARN, as it is. */
export function targetGroupName(arn: string): string {
  return /:targetgroup\/([^/]+)\//.exec(arn)?.[1] ?? arn
}

/** Machines by id. One that is in it with several ports stands as the worst of them: it is through when all are. */
export function groupHealth(
  descriptions: readonly TargetHealthDescription[],
): ReadonlyMap<string, { health: BalancerHealth; text: string }> {
  const machines = new Map<string, { health: BalancerHealth; text: string }>()
  for (const { Target, TargetHealth } of descriptions) {
    const id = partOf(Target?.Id, 'the id of a target')
    const stands = targetHealth(partOf(TargetHealth, 'the health of a target'))
    const other = machines.get(id)
    if (stands.health === 'absent') continue
    if (other === undefined || WORST_FIRST.indexOf(stands.health) < WORST_FIRST.indexOf(other.health))
      machines.set(id, stands)
  }
  return machines
}

const WORST_FIRST: readonly BalancerHealth[] = ['draining', 'out-of-service', 'starting', 'in-service']

function targetHealth({ State, Reason, Description }: TargetHealth): { health: BalancerHealth; text: string } {
  const text = Description ?? Reason ?? ''
  if (Reason === 'Target.NotRegistered') return { health: 'absent', text }
  switch (State) {
    case 'initial':
      return { health: 'starting', text }
    case 'healthy':
      return { health: 'in-service', text }
    case 'unavailable':
      // The group's health checks are off: it sends requests to all of its targets, unasked.
      return { health: 'in-service', text }
    case 'draining':
      return { health: 'draining', text }
    default:
      // `unhealthy`, `unused` (no load balancer, no listener, a zone that is off), `unhealthy.draining` (still registered), and what is new.
      return { health: 'out-of-service', text }
  }
}
