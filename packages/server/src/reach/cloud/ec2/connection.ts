import type * as ec2Sdk from '@aws-sdk/client-ec2'
import type * as elbSdk from '@aws-sdk/client-elastic-load-balancing'
import type * as elbV2Sdk from '@aws-sdk/client-elastic-load-balancing-v2'
import type { Clock } from '../../../model/clock.ts'
import type { Ec2Access } from '../cloud.ts'
import { ask, type Line } from './ask.ts'
import type { Call } from './call.ts'
import { openPace } from './pace.ts'
import { cloudFailure } from './trouble.ts'
import { onWire, wireStep } from './wire.ts'

/** Where the services are; null: where the AWS SDK has them. */
export interface Endpoints {
  ec2: string | null
  elb: string | null
}

/** Sends with the SDK and client that it is handed. */
type Asking<Sdk, Client, Answer> = (sdk: Sdk, client: Client, signal: AbortSignal) => Promise<Answer>

/** What a call is beside its service and region. */
export type Ask = Omit<Call, 'api' | 'region'>

/** One account's connections to one region. Each call throws `CloudFailure` and nothing else. */
export interface Connection {
  readonly region: string
  ec2<Answer>(call: Ask, asking: Asking<typeof ec2Sdk, ec2Sdk.EC2Client, Answer>, signal: AbortSignal): Promise<Answer>
  classic<Answer>(
    call: Ask,
    asking: Asking<typeof elbSdk, elbSdk.ElasticLoadBalancingClient, Answer>,
    signal: AbortSignal,
  ): Promise<Answer>
  targetGroups<Answer>(
    call: Ask,
    asking: Asking<typeof elbV2Sdk, elbV2Sdk.ElasticLoadBalancingV2Client, Answer>,
    signal: AbortSignal,
  ): Promise<Answer>
}

/** Nothing is imported or connected before the first call: EC2's part of the SDK alone takes 180 ms and 95 MB. */
export function openConnection(
  { region, credentials }: Ec2Access,
  { clock, endpoints }: { clock: Clock; endpoints: Endpoints },
): Connection {
  const settings = {
    region,
    credentials: credentials ?? undefined,
    maxAttempts: 1,
    requestHandler: { connectionTimeout: CONNECT_LIMIT_MS },
  }
  const openEc2 = once(async () => {
    const sdk = await import('@aws-sdk/client-ec2')
    const client = new sdk.EC2Client({ ...settings, endpoint: endpoints.ec2 ?? undefined })
    client.middlewareStack.add((next) => (args) => onWire(args.request, () => next(args)), wireStep)
    return { sdk, client }
  })
  const openClassic = once(async () => {
    const sdk = await import('@aws-sdk/client-elastic-load-balancing')
    const client = new sdk.ElasticLoadBalancingClient({ ...settings, endpoint: endpoints.elb ?? undefined })
    client.middlewareStack.add((next) => (args) => onWire(args.request, () => next(args)), wireStep)
    return { sdk, client }
  })
  const openTargetGroups = once(async () => {
    const sdk = await import('@aws-sdk/client-elastic-load-balancing-v2')
    const client = new sdk.ElasticLoadBalancingV2Client({ ...settings, endpoint: endpoints.elb ?? undefined })
    client.middlewareStack.add((next) => (args) => onWire(args.request, () => next(args)), wireStep)
    return { sdk, client }
  })
  const lines = { EC2: { clock, pace: openPace(clock) }, ELB: { clock, pace: openPace(clock) } } satisfies Record<
    string,
    Line
  >
  const own = credentials === null ? [] : [credentials.secretAccessKey]

  function through<Sdk, Client>(api: Call['api'], open: () => Promise<{ sdk: Sdk; client: Client }>) {
    return async <Answer>(call: Ask, asking: Asking<Sdk, Client, Answer>, signal: AbortSignal): Promise<Answer> => {
      const whole: Call = { ...call, api, region, secrets: [...own, ...call.secrets] }
      const { sdk, client } = await open().catch((thrown: unknown) => {
        throw cloudFailure(whole, thrown)
      })
      return ask(lines[api], whole, (either) => asking(sdk, client, either), signal)
    }
  }
  return {
    region,
    ec2: through('EC2', openEc2),
    classic: through('ELB', openClassic),
    targetGroups: through('ELB', openTargetGroups),
  }
}

/** A connection across the world takes 0.3 s; two lost packets add 3 s. */
const CONNECT_LIMIT_MS = 5_000

function once<Thing>(open: () => Promise<Thing>): () => Promise<Thing> {
  let opened: Promise<Thing> | undefined
  return () => {
    opened ??= open()
    return opened
  }
}
