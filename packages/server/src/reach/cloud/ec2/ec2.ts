import { createHash } from 'node:crypto'
import type { Clock } from '../../../model/clock.ts'
import type { Clouds, Ec2Access } from '../cloud.ts'
import { openClassicBalancer } from './classic-balancer.ts'
import { type Connection, type Endpoints, openConnection } from './connection.ts'
import { openMachines } from './machines.ts'
import { openTargetGroup } from './target-group.ts'

/**
 * Clouds over the AWS SDK. Connects to nothing and imports nothing of the SDK before a cloud is first asked. Clouds of one region and one
 * account's keys share connections, whichever address they want.
 */
export function openEc2Clouds(parts: { clock: Clock; endpoints: Endpoints }): Clouds {
  const connections = new Map<string, Connection>()
  return {
    ec2(access) {
      const key = keyOf(access)
      const connection = connections.get(key) ?? openConnection(access, parts)
      // Last used is last in the map.
      connections.delete(key)
      connections.set(key, connection)
      forgetOldest(connections)
      return {
        ...openMachines(connection, access.address),
        balancers: ({ loadBalancers, targetGroups }) => [
          ...loadBalancers.map((name) => openClassicBalancer(connection, name)),
          ...targetGroups.map((arn) => openTargetGroup(connection, arn)),
        ],
      }
    },
  }
}

/** More regions and accounts than anybody works in at a time; keys that were replaced must not pile up. */
const CONNECTIONS_MAX = 32

/** Without closing it: a call may be under way on it. Its idle sockets keep no process alive, and AWS closes them within a minute. */
function forgetOldest(connections: Map<string, Connection>): void {
  const [oldest] = connections.keys()
  if (connections.size > CONNECTIONS_MAX && oldest !== undefined) connections.delete(oldest)
}

/** Not the secret itself: keys of maps end up in heap dumps and inspectors. */
function keyOf({ region, credentials }: Ec2Access): string {
  if (credentials === null) return JSON.stringify([region])
  const secret = createHash('sha256').update(credentials.secretAccessKey).digest('hex')
  return JSON.stringify([region, credentials.accessKeyId, secret])
}
