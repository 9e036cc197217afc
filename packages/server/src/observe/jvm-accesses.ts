import type { Vault } from '../keep/secrets/secrets.ts'
import type { JvmProfile } from '../model/profile.ts'
import type { JvmAccess } from '../reach/jmx/jvm-link.ts'
import type { Fleet } from './fleet.ts'

/** How each JVM is reached, secrets opened: in memory only, never logged. */
export function jvmAccessesOf({ nodes, jvms, jvmProfiles }: Fleet, vault: Vault): JvmAccess[] {
  const logins = new Map([...jvmProfiles].map(([id, profile]) => [id, open(profile, vault)]))
  return [...nodes.values()].flatMap((node) =>
    (jvms.get(node.id) ?? []).flatMap(({ id, jvmProfileId }) => {
      const login = logins.get(jvmProfileId)
      if (login === undefined) return []
      return [{ ...login, jvmId: id, nodeId: node.id, nodeName: node.name, hostname: node.hostname }]
    }),
  )
}

function open(profile: JvmProfile, vault: Vault): Omit<JvmAccess, 'jvmId' | 'nodeId' | 'nodeName' | 'hostname'> {
  const { name, port, user, password, tls, tlsCa, tlsCert, tlsKey, hostOverride, via } = profile
  return {
    profileName: name,
    port,
    user,
    password: password && vault.open(password),
    tls: tls ? { ca: tlsCa, cert: tlsCert, key: tlsKey && vault.open(tlsKey) } : null,
    hostOverride,
    via,
  }
}
