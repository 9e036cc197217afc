import type { Declaration } from '../parts/form/kinds.ts'
import { nameField } from './name-field.ts'

export const sshProfiles: Declaration = {
  noun: 'SSH profile',
  plural: 'SSH profiles',
  about: 'How tscaler logs in to machines: a user with a key, a password or an agent, and how host keys are checked.',
  fields: [
    nameField,
    { name: 'user', label: 'User', kind: 'text', isRequired: true },
    {
      name: 'privateKey',
      label: 'Private key',
      kind: 'secret',
      lines: 4,
      help: 'The text of a file such as ~/.ssh/id_ed25519. Written only, never shown.',
    },
    { name: 'passphrase', label: 'Passphrase of the key', kind: 'secret', isRare: true },
    { name: 'password', label: 'Password', kind: 'secret', help: 'Where there is no key.' },
    { name: 'agent', label: 'Use the SSH agent of the server’s user', kind: 'flag', isRare: true },
    {
      name: 'hostKeys',
      label: 'Host keys',
      kind: 'choice',
      start: 'strict',
      options: [
        { value: 'strict', label: 'strict: a person accepts each machine’s key' },
        { value: 'accept-new', label: 'accept-new: the first key that a machine shows is taken' },
      ],
    },
    {
      name: 'jump',
      label: 'Jump hosts',
      kind: 'lines',
      help: 'user@host:port, one a line, in the order in which they are passed.',
      isRare: true,
    },
    {
      name: 'knownHosts',
      label: 'Known hosts',
      kind: 'text',
      lines: 3,
      help: 'The text of a known_hosts file.',
      isRare: true,
    },
    {
      name: 'certAuthorities',
      label: 'Host certificate authorities',
      kind: 'lines',
      help: 'Public keys, one a line.',
      isRare: true,
    },
  ],
}
