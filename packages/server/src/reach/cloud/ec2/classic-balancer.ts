import type { InstanceState } from '@aws-sdk/client-elastic-load-balancing'
import type { Balancer, BalancerHealth } from '../cloud.ts'
import { partOf } from './answer.ts'
import type { Connection } from './connection.ts'
import { refusalCode } from './trouble.ts'

/** A classic load balancer by its name. */
export function openClassicBalancer(connection: Connection, name: string): Balancer {
  const call = (action: string, vmId?: string) => ({
    action,
    about: vmId === undefined ? `load balancer "${name}"` : `${vmId} in load balancer "${name}"`,
    shape: null,
    secrets: [],
  })
  return {
    name,
    register: (vmId, signal) =>
      connection.classic(
        call('RegisterInstancesWithLoadBalancer', vmId),
        async (sdk, client, abortSignal) => {
          const input = { LoadBalancerName: name, Instances: [{ InstanceId: vmId }] }
          const { Instances } = await client.send(new sdk.RegisterInstancesWithLoadBalancerCommand(input), {
            abortSignal,
          })
          partOf(
            Instances?.find(({ InstanceId }) => InstanceId === vmId),
            'the machine',
          )
        },
        signal,
      ),

    deregister: (vmId, signal) =>
      connection.classic(
        call('DeregisterInstancesFromLoadBalancer', vmId),
        async (sdk, client, abortSignal) => {
          const input = { LoadBalancerName: name, Instances: [{ InstanceId: vmId }] }
          try {
            await client.send(new sdk.DeregisterInstancesFromLoadBalancerCommand(input), { abortSignal })
          } catch (thrown) {
            // It is not in it, or is no more: what was wanted. `health` confirms it.
            if (refusalCode(thrown) !== 'InvalidInstance') throw thrown
          }
        },
        signal,
      ),

    health: (signal) =>
      connection.classic(
        call('DescribeInstanceHealth'),
        async (sdk, client, abortSignal) => {
          // Of all: asked for one that is not in it, ELB refuses.
          const { InstanceStates } = await client.send(
            new sdk.DescribeInstanceHealthCommand({ LoadBalancerName: name }),
            { abortSignal },
          )
          const states = partOf(InstanceStates, 'a list of machines')
          return new Map(states.map((state) => [partOf(state.InstanceId, 'the id of a machine'), classicHealth(state)]))
        },
        signal,
      ),
  }
}

/** How a machine stands by ELB's words for it. A draining one is still `InService`; only the description tells. */
export function classicHealth({ State, ReasonCode, Description }: InstanceState): {
  health: BalancerHealth
  text: string
} {
  const description = Description === undefined || Description === 'N/A' ? '' : Description
  const text = description || (ReasonCode === undefined || ReasonCode === 'N/A' ? '' : ReasonCode)
  if (/deregistration currently in progress/i.test(description)) return { health: 'draining', text }
  if (State === 'InService') return { health: 'in-service', text }
  const isStarting = ReasonCode === 'ELB' && /registration is still in progress/i.test(description)
  return { health: isStarting ? 'starting' : 'out-of-service', text }
}
