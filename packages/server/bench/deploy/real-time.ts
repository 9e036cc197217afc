import { startCloud } from '@tscaler/rehearsal/cloud/cloud.ts'
import { targetGroupArn } from '@tscaler/rehearsal/cloud/inventory.ts'
import { sshdMachines } from '@tscaler/rehearsal/cloud/machines/sshd.ts'
import { makeEd25519 } from '@tscaler/rehearsal/keys.ts'
import { startSmtp } from '@tscaler/rehearsal/smtp.ts'
import { dataFolder, startTscaler } from '../../test/whole/tscaler.ts'
import { quantile } from '../statistics.ts'
import { lengthMs, runToEnd } from './product.ts'
import { sevenSteps } from './seven-steps.ts'

const runs = 5

/** The whole run, what lies between its steps, and its first step, which deploys. */
export interface RealTime {
  wholeMs: number
  betweenMs: number
  deployMs: number
}

/** Medians of the seven steps as tscaler's users run it: the server, a pretend cloud with real sshds, a mail server. */
export async function measureRealTime(): Promise<RealTime> {
  const key = makeEd25519()
  const cloud = await startCloud({
    machines: await sshdMachines(),
    inventory: {
      keyPairs: [{ name: 'shop', publicKey: key.publicKey }],
      targetGroups: [{ name: 'shop', deregistrationDelayMs: 0 }],
    },
    times: { pendingMs: 0 },
  })
  const smtp = await startSmtp()
  const folder = await dataFolder()
  const tscaler = await startTscaler(folder.data, {
    TSCALER_EC2_ENDPOINT: cloud.url,
    TSCALER_ELB_ENDPOINT: cloud.url,
    TSCALER_SMTP_URL: smtp.url,
  })
  try {
    const profile = {
      region: cloud.region,
      accessKeyId: cloud.credentials.accessKeyId,
      secretAccessKey: { value: cloud.credentials.secretAccessKey },
      imageId: 'ami-0123456789abcdef0',
      instanceTypes: ['t3.micro'],
      keyName: 'shop',
      targetGroups: [targetGroupArn(cloud.region, cloud.accountId, 'shop')],
      hostKeyFrom: 'console',
    }
    const document = sevenSteps(profile, { user: cloud.user, privateKey: key.privateKey, port: cloud.sshPort })
    await tscaler.api('POST', '/api/v1/apply', { document })
    const taken: RealTime[] = []
    for (let n = 0; n <= runs; n += 1) {
      const { createdAt, endedAt, steps } = await runToEnd(tscaler, 'triggers/grow', byForce)
      const wholeMs = lengthMs(createdAt, endedAt)
      const inSteps = steps.reduce((sum, step) => sum + lengthMs(step.startedAt, step.endedAt), 0)
      const deployMs = lengthMs(steps[0]?.startedAt ?? null, steps[0]?.endedAt ?? null)
      if (n > 0) taken.push({ wholeMs, betweenMs: wholeMs - inSteps, deployMs }) // the first one loads what later ones use
    }
    const median = (part: keyof RealTime) =>
      quantile(
        taken.map((one) => one[part]),
        0.5,
      )
    return { wholeMs: median('wholeMs'), betweenMs: median('betweenMs'), deployMs: median('deployMs') }
  } finally {
    await tscaler.stop()
    await cloud.close()
    await smtp.close()
    await folder.remove()
  }
}

/** More machines in a few minutes than the blast radius of a small fleet allows. */
const byForce = { force: true, reason: 'a bench' }
