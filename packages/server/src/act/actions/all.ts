import type { Machine, SshAccess } from '../../reach/machine.ts'
import type { ActionKind } from '../action.ts'
import type { Mailer } from '../mail/mailer.ts'
import type { ActionKinds } from '../plan.ts'
import { distributedScript } from './distributed-script/distributed-script.ts'
import { email } from './email/email.ts'
import { localScript } from './local-script/local-script.ts'
import { serverCommand } from './server-command/server-command.ts'

/** What actions work with beside the machine of their target. */
export interface ActionMeans {
  /** tscaler's own machine, as the user for server commands; null: they are off. */
  server: Machine | null
  /** null: SMTP is not set. */
  mailer: Mailer | null
  /** How a node is logged in to, as the store has it now; undefined where it is not there or has no SSH profile. */
  accessOf(nodeId: number): Promise<SshAccess | undefined>
}

/** All kinds of actions that this version can run. */
export function actionKinds(means: ActionMeans): ActionKinds {
  const kinds: ActionKind[] = [localScript, distributedScript(means), serverCommand(means), email(means)]
  return new Map(kinds.map((kind) => [kind.id, kind]))
}
