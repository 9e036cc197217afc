import ssh2 from 'ssh2'

/** A host key pair, made here for a machine that is to have it at its first boot. */
export interface NewHostKey {
  /** OpenSSH's own form, as `/etc/ssh/ssh_host_ed25519_key` holds it. */
  privateKey: string
  /** `ssh-ed25519 AAAA…` */
  publicKey: string
}

/** Makes one; Ed25519, which every sshd of the last ten years takes. */
export function newHostKey(): NewHostKey {
  const pair = ssh2.utils.generateKeyPairSync('ed25519')
  return { privateKey: pair.private, publicKey: pair.public.trim() }
}
