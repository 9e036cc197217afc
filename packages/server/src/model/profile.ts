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

/** What a new EC2 machine looks like. */
export interface Ec2Profile extends Stored {
  name: string
  region: string
  imageId: string
  instanceTypes: string[]
  keyName: string | null
  securityGroups: string[]
  subnetIds: string[]
  userData: string | null
  loadBalancers: string[]
  targetGroups: string[]
  register: 'launch' | 'ready'
  tags: Record<string, string>
}
