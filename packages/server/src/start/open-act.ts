import type { Logger } from 'pino'
import { actionKinds } from '../act/actions/all.ts'
import { type Admission, openAdmission } from '../act/admit.ts'
import { type Alerts, openAlerts } from '../act/alerts/alerts.ts'
import { type Answers, openAnswers } from '../act/answers.ts'
import { type Engine, openEngine } from '../act/engine.ts'
import { openMailer } from '../act/mail/mailer.ts'
import type { ActionKinds } from '../act/plan.ts'
import type { Clock } from '../model/clock.ts'
import { accessOf } from '../observe/fleet.ts'
import type { Clouds } from '../reach/cloud/cloud.ts'
import { openEc2Clouds } from '../reach/cloud/ec2/ec2.ts'
import { openLocalMachine } from '../reach/local/local-machine.ts'
import { openLocalPrograms } from '../reach/local/local-programs.ts'
import type { Reach } from '../reach/machine.ts'
import type { Keep } from './open-keep.ts'
import type { Settings } from './settings.ts'

/** Everything that acts, not yet driving runs. */
export interface Acting {
  kinds: ActionKinds
  clouds: Clouds
  alerts: Alerts
  admission: Admission
  answers: Answers
  /** Takes up the runs there are; called once the loop has begun, so that machines are known. */
  drive(publicUrl: string | null): Promise<Engine>
}

/** Opens what acts, by the settings. */
export function openAct(
  settings: Settings,
  { keep, reach, clock, log, agent }: { keep: Keep; reach: Reach; clock: Clock; log: Logger; agent: string | null },
): Acting {
  const { store, queue, vault, recent } = keep
  const { serverCommands, serverCommandsUser, smtpUrl, mailFrom } = settings
  const report = (text: string) => log.error(text)
  const mailer = smtpUrl === null ? null : openMailer({ url: smtpUrl, from: mailFrom })
  const alerts = openAlerts({ store, queue, clock, mailer, report })
  const server = serverCommands ? openLocalMachine({ clock, user: serverCommandsUser }) : null
  const programs = serverCommands ? openLocalPrograms({ clock, user: serverCommandsUser }) : null
  const clouds = openEc2Clouds({ clock, endpoints: { ec2: settings.ec2Endpoint, elb: settings.elbEndpoint } })
  const means = { store, queue, vault, clouds, reach, server, programs, mailer, recent }
  const kinds = actionKinds({ ...means, accessOf: (nodeId) => accessOf(store, vault, agent, nodeId) })
  // How many nodes automatic runs may change in 5 minutes is the guard's default.
  const shared = { store, queue, clock, vault, kinds, machines: reach, blastNodesMax: null, serverCommands, alerts }
  return {
    kinds,
    clouds,
    alerts,
    admission: openAdmission(shared),
    answers: openAnswers(shared),
    drive: (publicUrl) => openEngine({ ...shared, publicUrl, report }),
  }
}
