import type { Cloud } from '@tscaler/rehearsal/cloud/cloud.ts'
import { targetGroupArn } from '@tscaler/rehearsal/cloud/inventory.ts'

/** What the tests of machines that come and go configure. */
export interface CloudFleet {
  cloud: Cloud
  privateKey: string
  hostKeyFrom?: 'console' | 'user-data'
  register?: 'launch' | 'ready'
  instanceTypes?: string[]
  subnetIds?: string[]
  min?: number
  max?: number
}

/** The names that the cloud's inventory has; see `cloudInventory`. */
const names = { key: 'shop', classic: 'shop-classic', group: 'shop-group' } as const

/** The load balancers and the key pair of the tests. */
export function cloudInventory(publicKey: string) {
  return {
    keyPairs: [{ name: names.key, publicKey }],
    classicBalancers: [{ name: names.classic, drainingMs: 50 }],
    targetGroups: [{ name: names.group, deregistrationDelayMs: 50 }],
  }
}

/** A cluster whose machines come from the cloud: grow by one and shrink by one, each with a script. */
export function cloudDocument(fleet: CloudFleet) {
  const { cloud, privateKey } = fleet
  return {
    version: 1,
    sshProfiles: [{ name: 'ops', user: cloud.user, privateKey: { value: privateKey } }],
    ec2Profiles: [
      {
        name: 'web',
        region: cloud.region,
        accessKeyId: cloud.credentials.accessKeyId,
        secretAccessKey: { value: cloud.credentials.secretAccessKey },
        imageId: 'ami-0123456789abcdef0',
        instanceTypes: fleet.instanceTypes ?? ['t3.micro'],
        subnetIds: fleet.subnetIds ?? [],
        keyName: names.key,
        loadBalancers: [names.classic],
        targetGroups: [targetGroupArn(cloud.region, cloud.accountId, names.group)],
        hostKeyFrom: fleet.hostKeyFrom ?? 'console',
        register: fleet.register ?? 'launch',
        tags: { team: 'shop' },
      },
    ],
    counters: [{ name: 'load', ssh: { script: "cut -d' ' -f1 /proc/loadavg" }, period: '1s' }],
    clusters: [{ name: 'shop', min: fleet.min ?? 0, max: fleet.max ?? 5, warmUp: '0s', counters: ['load'], nodes: [] }],
    actions: [
      { name: 'new-node', deployEc2Node: { ec2Profile: 'web', sshProfile: 'ops', port: cloud.sshPort } },
      { name: 'drop-node', removeEc2Node: { drain: '5s' } },
      { name: 'prepare', localScript: { script: 'echo "ready: $TSCALER_NEW_NODE"' } },
      { name: 'say', localScript: { script: 'echo "$TSCALER_NODES"' } },
    ],
    triggers: [
      {
        name: 'grow',
        cluster: 'shop',
        state: 'watch',
        counters: [{ counter: 'load', threshold: '> 4' }],
        timing: '1m',
        actions: [
          { action: 'new-node' },
          { action: 'prepare', target: 'last-node' },
          { action: 'say', onFailure: 'continue' },
        ],
      },
      {
        name: 'shrink',
        cluster: 'shop',
        state: 'watch',
        counters: [{ counter: 'load', threshold: '< 1' }],
        aggregate: 'avg',
        timing: '1m',
        actions: [{ action: 'say', target: 'last-node' }, { action: 'drop-node' }],
      },
    ],
  }
}
