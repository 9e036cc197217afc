import type { Tables } from '../keep/store/store.ts'
import type { ActionType } from '../model/action.ts'
import type { Counter } from '../model/counter.ts'
import { Directory, type NamedKind } from '../wire/convert/directory.ts'
import type { ReadMeans } from '../wire/convert/read.ts'
import type { ConfigDesk } from './desk.ts'

/** What of the configuration bodies are read against and answers shown with. */
export interface View {
  directory: Directory
  counters: Map<number, Pick<Counter, 'name' | 'threshold' | 'periodMs'>>
  actionTypes: Map<number, ActionType>
}

/** Reads the kinds that are needed. */
export async function viewOf(tables: Tables, needs: readonly NamedKind[]): Promise<View> {
  const view: View = { directory: new Directory(), counters: new Map(), actionTypes: new Map() }
  for (const kind of needs) await addKind(view, tables, kind)
  return view
}

async function addKind(view: View, tables: Tables, kind: NamedKind): Promise<void> {
  switch (kind) {
    case 'counters':
      for (const counter of await tables.counters.list()) addCounter(view, counter.id, counter)
      break
    case 'actions':
      for (const action of await tables.actions.list()) addAction(view, action.id, action)
      break
    default:
      for (const row of await tables[kind].list()) view.directory.add(kind, row)
  }
}

export function addCounter(view: View, id: number, counter: Pick<Counter, 'name' | 'threshold' | 'periodMs'>): void {
  view.directory.add('counters', { id, name: counter.name })
  view.counters.set(id, counter)
}

export function addAction(view: View, id: number, action: { name: string; type: ActionType }): void {
  view.directory.add('actions', { id, name: action.name })
  view.actionTypes.set(id, action.type)
}

/** What bodies are read with. */
export function readMeans(desk: Pick<ConfigDesk, 'secrets' | 'fields'>, view: View): ReadMeans {
  const { secrets, fields } = desk
  return { directory: view.directory, actionTypes: view.actionTypes, secrets, fields }
}
