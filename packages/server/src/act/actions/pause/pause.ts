import type { ActionKind } from '../../action.ts'

/** Waits for a person's go, at most for the action's time limit. The engine does the waiting: there is nothing here to attempt. */
export const pause: ActionKind = {
  id: 'pause',
  summary: "Waits for a person's go.",
  effect: 'none',
  per: 'once',
  onServer: false,
  slow: true,
  fields: {
    message: { kind: 'text', help: 'What the person is asked, such as "Is the database migrated?"', maxLength: 500 },
  },
  plan: ({ message }) => `wait for a person's go: ${String(message)}`,
  run: async () => {},
  probe: async () => ({ kind: 'done', text: 'a go that was waited for' }),
  resume: async () => {},
}
