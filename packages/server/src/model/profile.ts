import type { Sealed, Stored } from './record.ts'

/** How to log in to nodes over SSH. */
export interface SshProfile extends Stored {
  name: string
  user: string
  privateKey: Sealed | null
  passphrase: Sealed | null
  password: Sealed | null
  /** Ask the ssh-agent of SSH_AUTH_SOCK. */
  agent: boolean
  /** `strict`: an unknown key is refused; `accept-new`: pinned at the first meeting. A changed key is refused by both. */
  hostKeys: 'strict' | 'accept-new'
  /** Jump hosts, in order, `user@host[:port]`. */
  jump: string[]
  /** The text of a known_hosts file that keys are also looked up in. */
  knownHosts: string | null
  certAuthorities: string[]
}

/** How to talk to the JVMs of a node. */
export interface JvmProfile extends Stored {
  name: string
  port: number
  user: string | null
  password: Sealed | null
  tls: boolean
  /** PEM; null: the authorities that Node.js trusts. */
  tlsCa: string | null
  /** PEM, for a JVM that asks its clients for a certificate; the key belongs to it. */
  tlsCert: string | null
  tlsKey: Sealed | null
  /** Where to connect in place of the node's own host name. */
  hostOverride: string | null
  /** `ssh`: through the node's SSH connection, as seen from there. */
  via: 'direct' | 'ssh'
}

/** A disk that a new machine gets, or whose size in the image is overridden. */
export interface Volume {
  /** `/dev/xvda` */
  device: string
  sizeGb: number
  /** `gp3`, `io2`, … */
  type: string
  iops: number | null
  encrypted: boolean
}

/** What a new EC2 machine looks like, and where it comes from. */
export interface Ec2Profile extends Stored {
  name: string
  region: string
  /** null, both: the chain of the AWS SDK (environment, shared files, instance role). */
  accessKeyId: string | null
  secretAccessKey: Sealed | null
  imageId: string
  /** In the order in which they are tried, each in every subnet. */
  instanceTypes: string[]
  keyName: string | null
  securityGroups: string[]
  /** In the order in which they are tried; none: the account's default. */
  subnetIds: string[]
  instanceProfile: string | null
  spot: boolean
  volumes: Volume[]
  /** What cloud-init runs; secret, for passwords end up there. */
  userData: Sealed | null
  /** How the new machine's host key is learnt: read from its console, or injected by user data and replaced at the first login. */
  hostKeyFrom: 'console' | 'user-data'
  /** Which of its addresses tscaler connects to. */
  address: 'private' | 'public'
  loadBalancers: string[]
  targetGroups: string[]
  /** When it is put into the load balancers: once it answers, or once the run has made it ready. */
  register: 'launch' | 'ready'
  tags: Record<string, string>
}
