import type { Actions, Region } from '../region.ts'
import { ApiError } from '../wire/api-error.ts'
import type { Form } from '../wire/form.ts'
import type { Content } from '../wire/xml.ts'
import type { Balancer, Member, MemberPhase } from './balancers.ts'

/** Classic load balancers, API version 2012-06-01. */
export const classicActions: Actions = {
  RegisterInstancesWithLoadBalancer({ form }, region) {
    const balancer = get(form.need('LoadBalancerName'), region)
    for (const id of readIds(form, region)) region.balancers.register(balancer, id, 0)
    return { Instances: registeredXml(balancer, region) }
  },

  DeregisterInstancesFromLoadBalancer({ form }, region) {
    const balancer = get(form.need('LoadBalancerName'), region)
    for (const id of readIds(form, region)) region.balancers.deregister(balancer, id, undefined)
    return { Instances: registeredXml(balancer, region) }
  },

  async DescribeInstanceHealth({ form }, region) {
    const balancer = get(form.need('LoadBalancerName'), region)
    const members = region.balancers.members(balancer)
    const ids = readIds(form, region)
    const wanted = ids.length === 0 ? members.map(({ id }) => id) : ids
    const found = wanted.map(async (id) => healthXml(id, await phaseOf(balancer, members, id, region), region))
    return { InstanceStates: { member: await Promise.all(found) } }
  },

  DescribeLoadBalancers({ form }, region) {
    const names = form.list('LoadBalancerNames')
    const all = region.balancers.all.filter(({ kind }) => kind === 'classic')
    const wanted = names.length === 0 ? all : names.map((name) => get(name, region))
    return { LoadBalancerDescriptions: { member: wanted.map((one) => balancerXml(one, region)) } }
  },

  DescribeLoadBalancerAttributes({ form }, region) {
    const { drainMs } = get(form.need('LoadBalancerName'), region)
    return {
      LoadBalancerAttributes: {
        CrossZoneLoadBalancing: { Enabled: false },
        AccessLog: { Enabled: false },
        ConnectionDraining: { Enabled: drainMs > 0, Timeout: drainMs > 0 ? Math.ceil(drainMs / 1_000) : 300 },
        ConnectionSettings: { IdleTimeout: 60 },
      },
    }
  },
}

function get(name: string, { balancers }: Region): Balancer {
  const found = balancers.find('classic', name)
  if (found !== undefined) return found
  throw new ApiError('LoadBalancerNotFound', `There is no ACTIVE Load Balancer named '${name}'`)
}

function readIds(form: Form, { fleet }: Region): string[] {
  return form.items('Instances').map((item) => {
    const id = item.need('InstanceId')
    if (fleet.find(id) === undefined) throw new ApiError('InvalidInstance', `Could not find EC2 instance ${id}.`)
    return id
  })
}

/** Those that drain are no members any more, although their health can still be asked for. */
function registeredXml(balancer: Balancer, { balancers }: Region): Content {
  const members = balancers.members(balancer).filter(({ drainsUntil }) => drainsUntil === undefined)
  return { member: members.map(({ id }) => ({ InstanceId: id })) }
}

async function phaseOf(
  balancer: Balancer,
  members: readonly Member[],
  id: string,
  region: Region,
): Promise<MemberPhase | 'absent'> {
  const member = members.find((one) => one.id === id)
  return member === undefined ? 'absent' : await region.balancers.phase(balancer, member)
}

function healthXml(id: string, phase: MemberPhase | 'absent', { fleet }: Region): Content {
  const words: Record<MemberPhase | 'absent', readonly [state: string, reason: string, description: string]> = {
    absent: ['OutOfService', 'Instance', 'Instance is not currently registered with the LoadBalancer.'],
    'not-running': ['OutOfService', 'Instance', `Instance is in ${fleet.find(id)?.state ?? 'terminated'} state.`],
    starting: ['OutOfService', 'ELB', 'Instance registration is still in progress.'],
    healthy: ['InService', 'N/A', 'N/A'],
    unhealthy: [
      'OutOfService',
      'Instance',
      'Instance has failed at least the UnhealthyThreshold number of health checks consecutively.',
    ],
    draining: ['InService', 'N/A', 'Instance deregistration currently in progress.'],
  }
  const [State, ReasonCode, Description] = words[phase]
  return { InstanceId: id, State, ReasonCode, Description }
}

function balancerXml(balancer: Balancer, region: Region): Content {
  const { name } = balancer
  return {
    LoadBalancerName: name,
    DNSName: `${name}-1234567890.${region.name}.elb.amazonaws.com`,
    ListenerDescriptions: {
      member: { Listener: { Protocol: 'HTTP', LoadBalancerPort: 80, InstanceProtocol: 'HTTP', InstancePort: 8080 } },
    },
    AvailabilityZones: { member: region.inventory.subnets.map(({ zone = 'a' }) => `${region.name}${zone}`) },
    Subnets: { member: region.inventory.subnets.map(({ id }) => id) },
    Instances: registeredXml(balancer, region),
    HealthCheck: { Target: 'HTTP:8080/', Interval: 30, Timeout: 5, UnhealthyThreshold: 2, HealthyThreshold: 10 },
    Scheme: 'internal',
  }
}
