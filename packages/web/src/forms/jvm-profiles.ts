import type { Declaration } from '../parts/form/kinds.ts'
import { nameField } from './name-field.ts'

export const jvmProfiles: Declaration = {
  noun: 'JVM profile',
  plural: 'JVM profiles',
  about:
    'How tscaler reads JVMs over JMX: at which port, as whom, and whether over TLS. Nodes name the profiles of the JVMs that run on them.',
  fields: [
    nameField,
    {
      name: 'port',
      label: 'JMX port',
      kind: 'number',
      min: 1,
      max: 65_535,
      start: 9010,
      isRequired: true,
      help: 'What the JVM was started with: -Dcom.sun.management.jmxremote.port=9010.',
    },
    {
      name: 'via',
      label: 'Reached',
      kind: 'choice',
      start: 'direct',
      options: [
        { value: 'direct', label: 'direct: from tscaler’s machine to the node’s port' },
        { value: 'ssh', label: 'ssh: through the node’s SSH connection; no port need be open' },
      ],
    },
    { name: 'user', label: 'User', kind: 'text', help: 'Where the JVM asks for a login. A role that reads is enough.' },
    { name: 'password', label: 'Password', kind: 'secret', help: 'Written only, never shown.' },
    { name: 'tls', label: 'TLS', kind: 'tls' },
    {
      name: 'hostOverride',
      label: 'Host override',
      kind: 'text',
      isRare: true,
      placeholder: 'host or host:port',
      help: 'Usually not needed: whatever host a JVM announces, the node’s own is dialled; through SSH it is 127.0.0.1 there.',
    },
  ],
}
