import type { KindName } from '../api.ts'
import type { Declaration } from '../parts/form/kinds.ts'
import { actions } from './actions.ts'
import { clusters } from './clusters.ts'
import { counters } from './counters.ts'
import { ec2Profiles } from './ec2-profiles.ts'
import { jvmProfiles } from './jvm-profiles.ts'
import { nodes } from './nodes.ts'
import { sshProfiles } from './ssh-profiles.ts'
import { tokens } from './tokens.ts'
import { triggers } from './triggers.ts'
import { users } from './users.ts'

/** The form of every kind of thing. */
export const declarations: Record<KindName, Declaration> = {
  clusters,
  nodes,
  counters,
  triggers,
  actions,
  'ssh-profiles': sshProfiles,
  'jvm-profiles': jvmProfiles,
  'ec2-profiles': ec2Profiles,
  users,
  tokens,
}
