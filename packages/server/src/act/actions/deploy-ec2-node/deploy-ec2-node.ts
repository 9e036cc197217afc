import type { ActionKind, Attempt } from '../../action.ts'
import { TaskFailed } from '../../action.ts'
import { type Deployment, deploy, probeDeploy } from '../../machines/deploy.ts'
import { ec2Origin } from '../../machines/ec2-origin.ts'
import type { MachineMeans } from '../../machines/means.ts'
import { takeBack } from '../../machines/take-back.ts'

/** A new EC2 machine, from RunInstances to the first login and the load balancers. It comes into service once the run has made it ready. */
export function deployEc2Node(means: MachineMeans): ActionKind {
  return {
    id: 'deployEc2Node',
    summary: 'Starts EC2 machines by a profile, waits for their SSH, and puts them into the load balancers.',
    effect: 'grow',
    per: 'once',
    onServer: false,
    slow: true,
    fields: {
      ec2Profile: { kind: 'reference', to: 'ec2-profiles', many: false, help: 'What the machine looks like.' },
      sshProfile: { kind: 'reference', to: 'ssh-profiles', many: false, help: 'How it is logged in to.' },
      jvmProfiles: { kind: 'reference', to: 'jvm-profiles', many: true, help: 'Its JVMs.', optional: true },
      port: { kind: 'number', help: 'Where its sshd listens.', default: 22, min: 1, max: 65_535, integer: true },
      count: { kind: 'number', help: 'How many.', default: 1, min: 1, max: 50, integer: true, unit: 'machines' },
    },
    count: ({ count }) => (typeof count === 'number' ? count : 1),
    plan: () => 'start an EC2 machine and make it a node of the cluster',
    run: async (attempt) => deploy(attempt, means, await deploymentOf(attempt, means)),
    probe: (attempt) => probeDeploy(attempt, means),
    resume: async (attempt) => deploy(attempt, means, await deploymentOf(attempt, means)),
    undo: async (attempt) => takeBack(attempt, means, (await deploymentOf(attempt, means)).origin),
  }
}

async function deploymentOf({ fields }: Attempt, means: MachineMeans): Promise<Deployment> {
  const { ec2Profile, sshProfile, jvmProfiles, port } = fields
  const profile = await means.store.ec2Profiles.find(Number(ec2Profile))
  if (!profile) throw new TaskFailed('the EC2 profile is gone: correct the action', { retryable: false })
  return {
    origin: ec2Origin(means, profile),
    sshProfileId: Number(sshProfile),
    jvmProfileIds: Array.isArray(jvmProfiles) ? jvmProfiles.map(Number) : [],
    port: Number(port ?? 22),
  }
}
