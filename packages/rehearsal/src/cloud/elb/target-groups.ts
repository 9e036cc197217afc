import type { Actions, Region } from '../region.ts'
import { ApiError } from '../wire/api-error.ts'
import type { Form } from '../wire/form.ts'
import type { Content } from '../wire/xml.ts'
import type { Balancer, MemberPhase } from './balancers.ts'

/** Target groups, API version 2015-12-01. */
export const targetGroupActions: Actions = {
  RegisterTargets({ form }, region) {
    const group = get(form.need('TargetGroupArn'), region)
    const targets = readTargets(form, region)
    const idle = targets.filter(({ id }) => region.fleet.find(id)?.state !== 'running')
    if (idle.length > 0) {
      const names = idle.map(({ id }) => `'${id}'`).join(', ')
      const message = `The following targets are not in a running state and cannot be registered: ${names}`
      throw new ApiError('InvalidTarget', message)
    }
    for (const { id, port = group.port } of targets) region.balancers.register(group, id, port)
    return undefined
  },

  DeregisterTargets({ form }, region) {
    const group = get(form.need('TargetGroupArn'), region)
    // Without a port all of the instance's targets go (ELBv2 API reference, DeregisterTargets).
    for (const { id, port } of readTargets(form, region)) region.balancers.deregister(group, id, port)
    return undefined
  },

  async DescribeTargetHealth({ form }, region) {
    const group = get(form.need('TargetGroupArn'), region)
    const members = region.balancers.members(group)
    const asked = readTargets(form, region).map(({ id, port = group.port }) => ({ id, port }))
    const found = (asked.length === 0 ? members : asked).map(async ({ id, port }) => {
      const member = members.find((one) => one.id === id && one.port === port)
      const phase = member === undefined ? 'absent' : await region.balancers.phase(group, member)
      return {
        HealthCheckPort: port,
        Target: { Id: id, Port: port },
        TargetHealth: healthXml(
          group.inUse || phase === 'draining' ? phase : 'not-in-use',
          region.fleet.find(id)?.state,
        ),
      }
    })
    return { TargetHealthDescriptions: { member: await Promise.all(found) } }
  },

  DescribeTargetGroups({ form }, region) {
    const names = [...form.list('TargetGroupArns'), ...form.list('Names')]
    const all = region.balancers.all.filter(({ kind }) => kind === 'group')
    const wanted = names.length === 0 ? all : names.map((name) => get(name, region))
    return { TargetGroups: { member: wanted.map((group) => groupXml(group, region)) } }
  },

  DescribeTargetGroupAttributes({ form }, region) {
    const { drainMs } = get(form.need('TargetGroupArn'), region)
    return {
      Attributes: {
        member: [
          { Key: 'deregistration_delay.timeout_seconds', Value: String(Math.ceil(drainMs / 1_000)) },
          { Key: 'stickiness.enabled', Value: 'false' },
        ],
      },
    }
  },
}

function get(nameOrArn: string, { balancers }: Region): Balancer {
  const found = balancers.find('group', nameOrArn)
  if (found !== undefined) return found
  throw new ApiError('TargetGroupNotFound', `One or more target groups not found: '${nameOrArn}'`)
}

interface Target {
  id: string
  port?: number
}

function readTargets(form: Form, { fleet }: Region): Target[] {
  return form.items('Targets').map((item) => {
    const [id, port] = [item.need('Id'), item.count('Port')]
    if (fleet.find(id) === undefined) {
      throw new ApiError('InvalidTarget', `The following targets are not valid instances: '${id}'`)
    }
    return port === undefined ? { id } : { id, port }
  })
}

function healthXml(phase: MemberPhase | 'absent' | 'not-in-use', state = 'terminated'): Content {
  const words: Record<MemberPhase | 'absent' | 'not-in-use', readonly string[]> = {
    absent: ['unused', 'Target.NotRegistered', 'Target is not registered to the target group'],
    'not-in-use': [
      'unused',
      'Target.NotInUse',
      'Target group is not configured to receive traffic from the load balancer',
    ],
    'not-running': ['unused', 'Target.InvalidState', `Target is in the ${state} state`],
    starting: ['initial', 'Elb.RegistrationInProgress', 'Target registration is in progress'],
    healthy: ['healthy'],
    unhealthy: ['unhealthy', 'Target.FailedHealthChecks', 'Health checks failed'],
    draining: ['draining', 'Target.DeregistrationInProgress', 'Target deregistration is in progress'],
  }
  const [State, Reason, Description] = words[phase]
  return { State, Reason, Description }
}

function groupXml({ arn, name, port, inUse }: Balancer, { name: region, accountId, inventory }: Region): Content {
  const balancer = `arn:aws:elasticloadbalancing:${region}:${accountId}:loadbalancer/app/${name}/0123456789abcdef`
  return {
    TargetGroupArn: arn,
    TargetGroupName: name,
    Protocol: 'HTTP',
    Port: port,
    VpcId: inventory.subnets[0]?.vpcId ?? 'vpc-0123456789abcdef0',
    HealthCheckProtocol: 'HTTP',
    HealthCheckPort: 'traffic-port',
    HealthCheckEnabled: true,
    HealthCheckPath: '/',
    Matcher: { HttpCode: '200' },
    LoadBalancerArns: inUse ? { member: balancer } : '',
    TargetType: 'instance',
  }
}
