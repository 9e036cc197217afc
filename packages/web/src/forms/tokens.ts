import type { Declaration } from '../parts/form/kinds.ts'
import { nameField } from './name-field.ts'
import { roleOptions } from './users.ts'

export const tokens: Declaration = {
  noun: 'token',
  plural: 'API tokens',
  about: 'What scripts and other systems sign in with.',
  fields: [
    nameField,
    { name: 'role', label: 'Role', kind: 'choice', start: 'viewer', options: roleOptions, isRequired: true },
    { name: 'expiresAt', label: 'Expires', kind: 'instant', help: 'Without an instant it works until it is revoked.' },
  ],
}
