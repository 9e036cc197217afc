import type { Sealed } from '../../model/record.ts'
import type { Tables } from './store.ts'

/** What `insert` of a table takes. */
export type NewRow<Name extends keyof Tables> = Tables[Name] extends { insert(row: infer Row): unknown } ? Row : never

// Stands for an envelope of the vault; the store keeps it as it is.
const sealed = 'v1.k.i.t.c' as Sealed

export const shop = {
  name: 'shop',
  min: 1,
  max: null,
  cooldownMs: 300_000,
  warmUpMs: 0,
  counterIds: [],
  pausedUntil: null,
}

export const run: NewRow<'runs'> = {
  triggerId: null,
  triggerName: null,
  clusterId: null,
  clusterName: null,
  state: 'planned',
  effect: 'none',
  cause: { kind: 'person', text: 'asked by admin' },
  planHash: 'abc',
  note: null,
  cancelRequested: false,
  startedAt: null,
  endedAt: null,
}

export const action: NewRow<'actions'> = {
  name: 'note',
  type: 'email',
  fields: {},
  timeoutMs: 60_000,
  retries: 0,
  retryDelayMs: 30_000,
  secrets: {},
}

export const step = (runId: number): NewRow<'steps'> => ({
  runId,
  n: 1,
  action: { id: 1, ...action },
  type: 'email',
  target: 'none',
  onFailure: 'continue',
  state: 'planned',
  startedAt: null,
  endedAt: null,
})

export const task = (runId: number, stepId: number): NewRow<'tasks'> => ({
  runId,
  stepId,
  n: 1,
  nodeId: null,
  nodeName: null,
  state: 'planned',
  attempts: 0,
  token: 'ts-1',
  startedAt: null,
  endedAt: null,
  error: null,
  notBefore: null,
})

const launch: () => NewRow<'launches'> = () => ({
  taskId: 1,
  runId: 41,
  nodeId: 3,
  nodeName: 'shop03',
  ec2ProfileId: 1,
  token: 'ts-launch-1',
  place: 'm7g.large in subnet-a',
  order: sealed,
  hostKey: 'ssh-ed25519 AAAA',
  state: 'made',
  vmId: 'i-0123456789abcdef0',
  account: '123456789012',
  error: 'terminated by hand',
  createdAt: now,
  endedAt: now + 1,
})

const now = 1_700_000_000_000

const sshProfile: NewRow<'sshProfiles'> = {
  name: 'ops',
  user: 'ops',
  privateKey: sealed,
  passphrase: sealed,
  password: sealed,
  agent: true,
  hostKeys: 'accept-new',
  jump: ['bastion@gw1:2222'],
  knownHosts: 'gw1 ssh-ed25519 AAAA\n',
  certAuthorities: ['ssh-ed25519 BBBB'],
}

const jvmProfile: NewRow<'jvmProfiles'> = {
  name: 'tomcat',
  port: 9010,
  user: 'monitor',
  password: sealed,
  tlsCa: '-----BEGIN CERTIFICATE-----',
  tls: true,
  tlsCert: '-----BEGIN CERTIFICATE-----',
  tlsKey: sealed,
  hostOverride: 'jmx.example.org',
  via: 'ssh',
}

const ec2Profile: NewRow<'ec2Profiles'> = {
  name: 'web',
  region: 'eu-west-1',
  accessKeyId: 'AKIA',
  secretAccessKey: sealed,
  imageId: 'ami-0abc',
  instanceTypes: ['m7g.large', 'm6g.large'],
  keyName: 'ops',
  securityGroups: ['sg-1'],
  subnetIds: ['subnet-a'],
  instanceProfile: 'web',
  spot: true,
  volumes: [{ device: '/dev/xvda', sizeGb: 20, type: 'gp3', iops: null, encrypted: true }],
  userData: sealed,
  hostKeyFrom: 'user-data',
  address: 'public',
  loadBalancers: ['shop-classic'],
  targetGroups: ['arn:aws:elasticloadbalancing:eu-west-1:1:targetgroup/a/b'],
  register: 'launch',
  tags: { team: 'shop' },
}

const node: NewRow<'nodes'> = {
  name: 'shop01',
  clusterId: 1,
  local: false,
  hostname: '10.0.0.11',
  port: 22,
  hostKey: 'ssh-ed25519 AAAA',
  offeredHostKey: 'ssh-ed25519 BBBB',
  sshProfileId: 1,
  jvmProfileIds: [1],
  ec2ProfileId: 1,
  instanceId: 'i-0123456789abcdef0',
  protected: true,
  site: 'dc1',
  labels: { rack: '7', käse: 'ja "sehr"' },
  state: 'in-service',
  inServiceAt: now,
  pausedUntil: now + 1,
}

const trigger: NewRow<'triggers'> = {
  name: 'grow',
  clusterId: 1,
  state: 'watch',
  counters: [
    { counterId: 1, threshold: { comparison: '>', limit: 4 } },
    { counterId: 2, threshold: null },
  ],
  aggregate: 'p90',
  timingMs: 300_000,
  missing: 'hold',
  actions: [{ actionId: 1, target: 'cluster', onFailure: 'undo' }],
  pausedUntil: now,
}

const verdict: NewRow<'verdicts'> = {
  triggerId: 1,
  outcome: 'refused',
  guard: 'cooldown',
  reason: 'held back until 12:04:10 UTC',
  until: now,
  runId: 41,
  seriesId: '1.2.3',
  hits: 30,
  at: now,
  lastAt: now + 10_000,
  repeats: 2,
}

const alert: NewRow<'alerts'> = {
  kind: 'run-failed',
  subject: 'run:41',
  text: 'Run 41 failed',
  state: 'acknowledged',
  openedAt: now,
  lastAt: now,
  repeats: 1,
  ackBy: 'admin',
  resolvedAt: now,
  mailedAt: now,
}

const twins = <Row extends object>(full: Row, sparse: Partial<Row>): [Row, Row] => [full, { ...full, ...sparse }]

/** For each table a row with every field filled and one with null wherever there may be; parents before children, so that ids run from 1. */
export const everyTable: { [Name in keyof Tables]: readonly NewRow<Name>[] } = {
  clusters: twins<NewRow<'clusters'>>(
    { ...shop, max: 8, counterIds: [1, 2], pausedUntil: now },
    { name: 'shop2', max: null, pausedUntil: null },
  ),
  sshProfiles: twins(sshProfile, {
    name: 'ops2',
    privateKey: null,
    passphrase: null,
    password: null,
    agent: false,
    knownHosts: null,
  }),
  jvmProfiles: twins(jvmProfile, {
    name: 'tomcat2',
    user: null,
    password: null,
    tlsCa: null,
    tls: false,
    tlsCert: null,
    tlsKey: null,
    hostOverride: null,
  }),
  ec2Profiles: twins(ec2Profile, {
    name: 'web2',
    accessKeyId: null,
    secretAccessKey: null,
    keyName: null,
    instanceProfile: null,
    userData: null,
  }),
  nodes: twins(node, {
    name: 'shop02',
    clusterId: null,
    local: true,
    hostKey: null,
    offeredHostKey: null,
    sshProfileId: null,
    ec2ProfileId: null,
    instanceId: null,
    protected: false,
    site: null,
    inServiceAt: null,
    pausedUntil: null,
  }),
  jvms: [
    { nodeId: 1, jvmProfileId: 1 },
    { nodeId: 2, jvmProfileId: 1 },
  ],
  counters: twins<NewRow<'counters'>>(
    {
      name: 'load1',
      source: 'ssh',
      fields: { script: "cut -d' ' -f1 /proc/loadavg" },
      threshold: { comparison: '>', limit: 4.5 },
      periodMs: 10_000,
      unit: '',
      shared: true,
    },
    { name: 'load2', threshold: null, shared: false },
  ),
  triggers: twins(trigger, { name: 'shrink', aggregate: null, pausedUntil: null }),
  actions: [
    { ...action, fields: { to: ['ops@example.org'] }, secrets: { TOKEN: sealed } },
    { ...action, name: 'note2' },
  ],
  schedules: twins<NewRow<'schedules'>>(
    {
      name: 'night',
      clusterId: 1,
      cron: '0 2 * * *',
      zone: 'Europe/Berlin',
      triggerId: 1,
      min: 1,
      max: 4,
      catchUpMs: 1,
      enabled: true,
    },
    { name: 'day', triggerId: null, min: null, max: null, catchUpMs: null, enabled: false },
  ),
  users: twins<NewRow<'users'>>(
    {
      name: 'admin',
      role: 'admin',
      clusterRoles: [{ clusterId: 1, role: 'operator' }],
      email: 'a@example.org',
      passwordHash: '$argon2id$v=19$m=1',
      externalKey: 'e'.repeat(64),
      disabled: true,
    },
    { name: 'bob', clusterRoles: [], email: null, passwordHash: null, externalKey: null, disabled: false },
  ),
  sessions: twins<NewRow<'sessions'>>(
    {
      key: 'a'.repeat(64),
      userId: 1,
      createdAt: now,
      lastSeenAt: now,
      expiresAt: now,
      address: '10.0.0.1',
      userAgent: 'Firefox on Linux',
      signedInBy: 'password',
    },
    { key: 'b'.repeat(64), userId: 2 },
  ),
  tokens: twins<NewRow<'tokens'>>(
    {
      name: 'ci',
      key: 'c'.repeat(64),
      userId: 1,
      role: 'operator',
      clusterRoles: [{ clusterId: 2, role: 'viewer' }],
      purpose: 'api',
      expiresAt: now,
      lastUsedAt: now,
    },
    { name: 'ci2', key: 'd'.repeat(64), clusterRoles: [], expiresAt: null, lastUsedAt: null },
  ),
  secondFactors: twins<NewRow<'secondFactors'>>(
    { userId: 1, secret: sealed, createdAt: now, confirmedAt: now, lastStep: 57_000_000 },
    { userId: 2, confirmedAt: null, lastStep: 0 },
  ),
  runs: twins<NewRow<'runs'>>(
    {
      ...run,
      triggerId: 1,
      triggerName: 'grow',
      clusterId: 1,
      clusterName: 'shop',
      note: 'waits',
      cancelRequested: true,
      createdAt: now,
      startedAt: now,
      endedAt: now,
    },
    { ...run, createdAt: now + 1 },
  ),
  steps: twins<NewRow<'steps'>>({ ...step(1), startedAt: now, endedAt: now }, step(2)),
  tasks: twins<NewRow<'tasks'>>(
    {
      ...task(1, 1),
      nodeId: 1,
      nodeName: 'shop01',
      startedAt: now,
      endedAt: now,
      error: 'exited with 3',
      notBefore: now,
    },
    task(2, 2),
  ),
  launches: twins(launch(), {
    ec2ProfileId: null,
    token: 'ts-launch-2',
    hostKey: null,
    vmId: null,
    account: null,
    error: null,
    endedAt: null,
  }),
  logLines: [
    { taskId: 1, at: now, stream: 'out', text: 'héllo \u{1F600}\ttab' },
    { taskId: 1, at: now, stream: 'note', text: '' },
  ],
  verdicts: twins(verdict, { guard: null, until: null, runId: null, seriesId: null }),
  alerts: twins(alert, { ackBy: null, resolvedAt: null, mailedAt: null }),
  audit: twins<NewRow<'audit'>>(
    {
      at: now,
      who: 'os:root',
      what: 'update',
      kind: 'cluster',
      subjectId: 1,
      subjectName: 'shop',
      detail: 'max 4 → 8',
    },
    { subjectId: null, subjectName: null, detail: null },
  ),
  installation: [
    { id: 2, uid: 'abc', redStopAt: now, redStopBy: 'admin', redStopReason: 'storm', pausedUntil: now },
    { id: 3, uid: 'def', redStopAt: null, redStopBy: null, redStopReason: null, pausedUntil: null },
  ],
  activeRuns: [
    { id: 7, runId: 1 },
    { id: 8, runId: 2 },
  ],
  nodeLocks: [
    { id: 9, runId: 1 },
    { id: 10, runId: 2 },
  ],
}
