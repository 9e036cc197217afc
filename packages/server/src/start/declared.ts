import type { ActionKinds } from '../act/plan.ts'
import { type ActionType, actionTypes, type Effect } from '../model/action.ts'
import { sources } from '../observe/all.ts'
import type { FieldBook } from '../wire/convert/show.ts'

/** The declared fields of all sources and actions that this version has. */
export function fieldBook(kinds: ActionKinds): FieldBook {
  return {
    sources: Object.fromEntries(Object.entries(sources).map(([id, { fields }]) => [id, fields])),
    actions: Object.fromEntries([...kinds].map(([type, { fields }]) => [type, fields])),
  }
}

/** What each type of action does to the number of nodes. */
export function effectsOf(kinds: ActionKinds): Record<ActionType, Effect> {
  const effects = actionTypes.map((type) => [type, kinds.get(type)?.effect ?? 'none'] as const)
  return Object.fromEntries(effects) as Record<ActionType, Effect>
}
