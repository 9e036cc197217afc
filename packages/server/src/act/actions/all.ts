import type { Recent } from '../../keep/recent/recent.ts'
import type { ActionKind } from '../action.ts'
import type { ProgramMeans } from '../machines/program-means.ts'
import type { Mailer } from '../mail/mailer.ts'
import type { ActionKinds } from '../plan.ts'
import { deployCommand } from './deploy-command/deploy-command.ts'
import { deployEc2Node } from './deploy-ec2-node/deploy-ec2-node.ts'
import { distributedScript } from './distributed-script/distributed-script.ts'
import { email } from './email/email.ts'
import { localScript } from './local-script/local-script.ts'
import { nodeReady } from './node-ready/node-ready.ts'
import { osConfiguration } from './os-configuration/os-configuration.ts'
import { pause } from './pause/pause.ts'
import { removeCommand } from './remove-command/remove-command.ts'
import { removeEc2Node } from './remove-ec2-node/remove-ec2-node.ts'
import { serverCommand } from './server-command/server-command.ts'
import { waitUntil } from './wait-until/wait-until.ts'

/** What actions work with beside the machine of their target. */
export interface ActionMeans extends ProgramMeans {
  /** null: SMTP is not set. */
  mailer: Mailer | null
  recent: Recent
}

/** All kinds of actions that this version can run. */
export function actionKinds(means: ActionMeans): ActionKinds {
  const kinds: ActionKind[] = [
    deployEc2Node(means),
    removeEc2Node(means),
    deployCommand(means),
    removeCommand(means),
    nodeReady(means),
    pause,
    osConfiguration,
    localScript,
    distributedScript(means),
    serverCommand(means),
    email(means),
    waitUntil(means),
  ]
  return new Map(kinds.map((kind) => [kind.id, kind]))
}
