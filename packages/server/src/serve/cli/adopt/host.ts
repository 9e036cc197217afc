/** A machine that is there already, as an inventory names it. */
export interface Host {
  name: string
  /** Its line in the inventory. */
  line: number
  hostname: string
  port: number | null
  /** Reached without SSH: the machine that tscaler runs on. */
  local: boolean
  user: string | null
  /** A private key's file, as the inventory writes it. */
  keyFile: string | null
  password: string | null
  /** `user@host[:port]`, from the nearest to the farthest. */
  jump: readonly string[]
  /** null: the command must say. */
  cluster: string | null
  /** An SSH profile that there is already; the login above does not count then. */
  sshProfile: string | null
  jvmProfiles: readonly string[]
  hostKey: string | null
  site: string | null
  isProtected: boolean
  labels: Readonly<Record<string, string>>
  /** The machine of a cloud that it is; null: nothing is known of one. */
  instance: { id: string; ec2Profile: string } | null
}

/** Something wrong in an inventory. */
export interface LineFinding {
  line: number
  message: string
}

/** What was read of an inventory. */
export interface ReadHosts {
  hosts: Host[]
  findings: LineFinding[]
}

/** A host of which only its name is known. */
export function bareHost(name: string, line: number): Host {
  return {
    name,
    line,
    hostname: name,
    port: null,
    local: false,
    user: null,
    keyFile: null,
    password: null,
    jump: [],
    cluster: null,
    sshProfile: null,
    jvmProfiles: [],
    hostKey: null,
    site: null,
    isProtected: false,
    labels: {},
    instance: null,
  }
}

/** The port of a text; undefined where it is none. */
export function parsePort(text: string): number | undefined {
  const port = Number(text)
  return /^\d{1,5}$/.test(text) && port >= 1 && port <= 65_535 ? port : undefined
}
