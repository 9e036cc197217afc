import type { Tables } from '../../keep/store/store.ts'
import type { Action } from '../../model/action.ts'
import { named } from './kind.ts'

/** `action "x"` of each that names this in a declared field of that name (`Field` of kind `reference`), kept as ids. */
export async function usingActions(tables: Tables, field: string, id: number): Promise<string[]> {
  const uses = ({ fields }: Action) => {
    const value = fields[field]
    return Array.isArray(value) ? value.includes(id) : value === id
  }
  return named('action', await tables.actions.list(), uses)
}
