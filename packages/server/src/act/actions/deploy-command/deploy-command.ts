import { basename } from 'node:path'
import type { ActionKind, Attempt } from '../../action.ts'
import { type Deployment, deploy, probeDeploy } from '../../machines/deploy.ts'
import type { Origin } from '../../machines/means.ts'
import {
  commandOf,
  type ProgramMeans,
  programBalancers,
  programCloudOf,
  programFields,
} from '../../machines/program-means.ts'
import { takeBack } from '../../machines/take-back.ts'

/** Room for the host key that is added: cloud-init's user data holds 16 KB with it. */
const userDataLengthMax = 12_000

/** A new machine from a program of one's own, up to its first login. It comes into service once the run has made it ready. */
export function deployCommand(means: ProgramMeans): ActionKind {
  return {
    id: 'deployCommand',
    summary: 'Has a program of your own start machines, and waits for their SSH. Needs TSCALER_SERVER_COMMANDS=on.',
    effect: 'grow',
    per: 'once',
    onServer: true,
    slow: true,
    fields: {
      ...programFields,
      sshProfile: { kind: 'reference', to: 'ssh-profiles', many: false, help: 'How a machine is logged in to.' },
      jvmProfiles: { kind: 'reference', to: 'jvm-profiles', many: true, help: 'Its JVMs.', optional: true },
      port: { kind: 'number', help: 'Where its sshd listens.', default: 22, min: 1, max: 65_535, integer: true },
      count: { kind: 'number', help: 'How many.', default: 1, min: 1, max: 50, integer: true, unit: 'machines' },
      hostKeyFrom: {
        kind: 'text',
        help: 'console: the answers of the program have the host keys. user-data: tscaler makes one, and the program hands the user data to cloud-init.',
        default: 'console',
        oneOf: ['console', 'user-data'],
      },
      userData: {
        kind: 'text',
        help: 'What the program is given for cloud-init. No secrets: they belong into the secrets of the action.',
        lines: 12,
        optional: true,
        maxLength: userDataLengthMax,
      },
    },
    count: ({ count }) => (typeof count === 'number' ? count : 1),
    plan: ({ command }) => `have ${programOf(command)} start a machine and make it a node of the cluster`,
    run: async (attempt) => deploy(attempt, means, deploymentOf(attempt, means)),
    probe: (attempt) => probeDeploy(attempt, means),
    resume: async (attempt) => deploy(attempt, means, deploymentOf(attempt, means)),
    undo: async (attempt) => takeBack(attempt, means, deploymentOf(attempt, means).origin),
  }
}

function deploymentOf(attempt: Attempt, means: ProgramMeans): Deployment {
  const { sshProfile, jvmProfiles, port } = attempt.fields
  return {
    origin: originOf(attempt, means),
    sshProfileId: Number(sshProfile),
    jvmProfileIds: Array.isArray(jvmProfiles) ? jvmProfiles.map(Number) : [],
    port: Number(port ?? 22),
  }
}

function originOf(attempt: Attempt, means: ProgramMeans): Origin {
  const { command, userData, hostKeyFrom } = attempt.fields
  const cloud = programCloudOf(attempt, means)
  return {
    ec2ProfileId: null,
    cloud,
    places: [{ text: `a machine of ${programOf(command)}`, shape: null }],
    userData: typeof userData === 'string' && userData !== '' ? userData : null,
    tags: {},
    hostKeyFrom: hostKeyFrom === 'user-data' ? 'user-data' : 'console',
    balancers: programBalancers(cloud),
    register: 'ready',
  }
}

function programOf(command: unknown): string {
  return basename(commandOf(command)[0] ?? '')
}
