import type { Document } from '../../wire/document.ts'

/** Everything of the rehearsal carries this name, or begins with it, so that nobody takes it for his own. */
export const rehearsalName = 'rehearsal'

/** What the pretend cloud of this start is like. */
export interface RehearsalCloud {
  region: string
  credentials: { accessKeyId: string; secretAccessKey: string }
  user: string
  sshPort: number
  imageId: string
  instanceType: string
  keyName: string
  privateKey: string
  loadBalancer: string
}

/** What changes with each start: the pretend cloud has other ports and keys then. */
export function cloudDocument(cloud: RehearsalCloud): Document {
  return {
    version: 1,
    sshProfiles: [{ name: rehearsalName, user: cloud.user, privateKey: { value: cloud.privateKey } }],
    ec2Profiles: [
      {
        name: rehearsalName,
        region: cloud.region,
        accessKeyId: cloud.credentials.accessKeyId,
        secretAccessKey: { value: cloud.credentials.secretAccessKey },
        imageId: cloud.imageId,
        instanceTypes: [cloud.instanceType],
        keyName: cloud.keyName,
        loadBalancers: [cloud.loadBalancer],
      },
    ],
    actions: [
      {
        name: `${rehearsalName}-deploy`,
        deployEc2Node: { ec2Profile: rehearsalName, sshProfile: rehearsalName, port: cloud.sshPort },
      },
    ],
  }
}

/** What a person may change as he likes: written at the first start only. Short times, so that there is something to see within two minutes. */
export function fleetDocument(cloud: RehearsalCloud): Document {
  const counter = `${rehearsalName}-load`
  return {
    ...cloudDocument(cloud),
    counters: [
      { name: counter, ssh: { script: "cut -d' ' -f1 /proc/loadavg" }, threshold: '> 4', period: '1s', shared: true },
    ],
    clusters: [{ name: rehearsalName, min: 1, max: 4, cooldown: '30s', warmUp: '5s', counters: [counter] }],
    actions: [
      ...(cloudDocument(cloud).actions ?? []),
      {
        name: `${rehearsalName}-set-up`,
        localScript: { script: 'echo "setting up $TSCALER_NEW_NODE"\nsleep 3\necho done' },
      },
      { name: `${rehearsalName}-tell-peers`, localScript: { script: 'echo "the cluster is now: $TSCALER_NODES"' } },
      { name: `${rehearsalName}-remove`, removeEc2Node: { drain: '30s' } },
    ],
    triggers: [
      {
        name: `${rehearsalName}-grow`,
        cluster: rehearsalName,
        state: 'on',
        counters: [{ counter, threshold: '> 4' }],
        timing: '15s',
        actions: [
          { action: `${rehearsalName}-deploy` },
          { action: `${rehearsalName}-set-up`, target: 'last-node' },
          { action: `${rehearsalName}-tell-peers`, onFailure: 'continue' },
        ],
      },
      {
        name: `${rehearsalName}-shrink`,
        cluster: rehearsalName,
        state: 'on',
        counters: [{ counter, threshold: '< 1.5' }],
        aggregate: 'avg',
        timing: '20s',
        actions: [
          { action: `${rehearsalName}-remove` },
          { action: `${rehearsalName}-tell-peers`, onFailure: 'continue' },
        ],
      },
    ],
  }
}
