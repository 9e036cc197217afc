import type { FormField } from '../parts/form/kinds.ts'

/** The name that every thing has. */
export const nameField: FormField = {
  name: 'name',
  label: 'Name',
  kind: 'text',
  isRequired: true,
  help: 'A letter, then up to 62 letters, digits, dots, underscores or hyphens.',
}

/** What a duration's field says. */
export const durationHelp = 'A duration such as 10s, 5m or 1h30m.'
