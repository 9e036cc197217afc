import type { EntitySchema } from '@mikro-orm/core'
import type { TableName } from '../store.ts'
import { actions, clusters, counters, jvms, nodes, schedules, triggers } from './configuration.ts'
import { admission, installation, leases } from './installation.ts'
import { audit, secondFactors, sessions, tokens, users } from './people.ts'
import { ec2Profiles, jvmProfiles, sshProfiles } from './profiles.ts'
import { activeRuns, alerts, launches, logLines, nodeLocks, runs, steps, tasks, verdicts } from './runs.ts'

/** The entity of each table. */
export const tableEntities = {
  clusters,
  nodes,
  counters,
  triggers,
  actions,
  sshProfiles,
  jvmProfiles,
  jvms,
  ec2Profiles,
  schedules,
  users,
  sessions,
  tokens,
  secondFactors,
  runs,
  steps,
  tasks,
  launches,
  logLines,
  verdicts,
  alerts,
  audit,
  installation,
  activeRuns,
  nodeLocks,
} satisfies Record<TableName, EntitySchema>

/** Everything that is in the database, the store's own rows included. */
export const entities = [...Object.values(tableEntities), admission, leases]
