import type { Declaration } from '../parts/form/kinds.ts'
import { nameField } from './name-field.ts'

/** What each role may do. */
export const roleOptions = [
  { value: 'viewer', label: 'viewer: sees everything' },
  { value: 'operator', label: 'operator: runs, pauses, stops, acknowledges' },
  { value: 'admin', label: 'admin: changes everything' },
]

export const users: Declaration = {
  noun: 'user',
  plural: 'users',
  about: 'People who sign in here.',
  fields: [
    nameField,
    { name: 'role', label: 'Role', kind: 'choice', start: 'viewer', options: roleOptions, isRequired: true },
    { name: 'email', label: 'E-mail', kind: 'text' },
    { name: 'disabled', label: 'Disabled: may not sign in', kind: 'flag' },
  ],
}
