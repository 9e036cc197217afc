import type { Node } from '../model/node.ts'

/** What of a node says whether a step may work on it. */
export type FleetNode = Pick<
  Node,
  | 'id'
  | 'name'
  | 'hostname'
  | 'local'
  | 'state'
  | 'inServiceAt'
  | 'offeredHostKey'
  | 'instanceId'
  | 'ec2ProfileId'
  | 'protected'
>
