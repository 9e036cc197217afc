import type { Cloud } from '@tscaler/rehearsal/cloud/cloud.ts'
import { targetGroupArn } from '@tscaler/rehearsal/cloud/inventory.ts'

/** Three clusters, so that one kill meets several runs at different points. */
export const clusters = ['shop', 'blog', 'wiki'] as const
export type ClusterName = (typeof clusters)[number]

/** What the cloud has beside machines. */
export function ordealInventory(publicKey: string) {
  return {
    keyPairs: [{ name: 'ordeal', publicKey }],
    classicBalancers: [{ name: 'ordeal-classic', drainingMs: 50 }],
    targetGroups: [{ name: 'ordeal-group', deregistrationDelayMs: 50, healthyAfterMs: 100 }],
  }
}

/** What is configured. Each script appends its beginning and its end to the file `ran`. */
export function ordealDocument({
  cloud,
  privateKey,
  ran,
  limitMs,
}: {
  cloud: Cloud
  privateKey: string
  ran: string
  /** Of deployments and removals. */
  limitMs: number
}) {
  const { region, credentials } = cloud
  const profile = {
    region,
    accessKeyId: credentials.accessKeyId,
    secretAccessKey: { value: credentials.secretAccessKey },
    imageId: 'ami-0123456789abcdef0',
    keyName: 'ordeal',
    loadBalancers: ['ordeal-classic'],
    targetGroups: [targetGroupArn(region, cloud.accountId, 'ordeal-group')],
    hostKeyFrom: 'console',
  }
  const types = ['t3.micro', 't3.small']
  const subnetIds = ['subnet-0123456789abcdef0', 'subnet-0123456789abcdef1']
  const note = (what: string) => `echo "${what} $TSCALER_RUN.$TSCALER_STEP $TSCALER_NODE $TSCALER_ATTEMPT" >> '${ran}'`
  const script = { script: `${note('begin')}; sleep 0.2; ${note('end')}` }
  const patience = { timeout: `${limitMs}ms`, retries: 1, retryDelay: '500ms' }
  const deployment = { sshProfile: 'ops', port: cloud.sshPort }
  return {
    version: 1,
    sshProfiles: [{ name: 'ops', user: cloud.user, privateKey: { value: privateKey } }],
    ec2Profiles: [
      { ...profile, name: 'at-launch', register: 'launch', instanceTypes: types, subnetIds },
      { ...profile, name: 'when-ready', register: 'ready', instanceTypes: ['t3.medium'], subnetIds },
    ],
    counters: [{ name: 'load', ssh: { script: "cut -d' ' -f1 /proc/loadavg" }, period: '2s' }],
    clusters: clusters.map((name) => ({ name, min: 0, max: 2, warmUp: '0s', counters: ['load'], nodes: [] })),
    actions: [
      { name: 'new-node', deployEc2Node: { ...deployment, ec2Profile: 'at-launch' }, ...patience },
      { name: 'other-node', deployEc2Node: { ...deployment, ec2Profile: 'when-ready' }, ...patience, retries: 0 },
      { name: 'drop-node', removeEc2Node: { drain: '5s' }, ...patience },
      { name: 'prepare', localScript: script, timeout: '30s' },
      { name: 'say', localScript: script, timeout: '30s' },
    ],
    triggers: clusters.flatMap((cluster) => triggersOf(cluster)),
  }
}

function triggersOf(cluster: ClusterName) {
  const own = { cluster, state: 'watch', timing: '1m' }
  const deploy = cluster === 'blog' ? 'other-node' : 'new-node'
  return [
    {
      ...own,
      name: `grow-${cluster}`,
      counters: [{ counter: 'load', threshold: '> 4' }],
      actions: [
        { action: deploy },
        { action: 'prepare', target: 'last-node' },
        { action: 'say', onFailure: 'continue' },
      ],
    },
    {
      ...own,
      name: `shrink-${cluster}`,
      counters: [{ counter: 'load', threshold: '< 1' }],
      aggregate: 'avg',
      actions: [{ action: 'say', target: 'last-node' }, { action: 'drop-node' }],
    },
  ]
}
