import type { Counters } from '../load/load.ts'

/** What a virtual machine is to be, from RunInstances. */
export interface MachineWish {
  /** The instance's id. */
  id: string
  /** Its Name tag at launch, or its id. */
  name: string
  /** As `reserve` gave it. */
  host: string
  /** Public key lines that may log in: the key pair's and those of the user data. */
  authorizedKeys: readonly string[]
  /** Host key that the user data brings: a private key, OpenSSH or PEM. */
  hostKey: string | undefined
  /** What its counters show now, by the cloud's load model. */
  counters: () => Counters
}

/** A machine that answers. */
export interface BootedMachine {
  /** `ssh-ed25519 AAAA…`, as the console prints it. */
  hostKey: string
}

/** Where a cloud's virtual machines really run. An instance keeps its address and host key until it is released. */
export interface Machines {
  /** The SSH port of all of them: EC2 gives addresses, not ports. */
  readonly sshPort: number
  /** Who logs in. */
  readonly user: string
  /** Sets an address aside for the instance, or undefined when there is none left. */
  reserve(id: string): Promise<string | undefined>
  /** Starts it, for the first time or after `halt`. */
  boot(wish: MachineWish): Promise<BootedMachine>
  /** Power off. Nothing happens when it does not run. */
  halt(id: string): Promise<void>
  /** Power off for good; its address is free for another. */
  release(id: string): Promise<void>
  /** Releases all. */
  close(): Promise<void>
}
