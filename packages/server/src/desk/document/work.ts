import type { Tables } from '../../keep/store/store.ts'
import type { Finding } from '../../model/problem.ts'
import { type Show, showBody } from '../../wire/convert/show.ts'
import type { PlanAnswer } from '../../wire/document.ts'
import type { ConfigDesk } from '../desk.ts'
import {
  actions,
  clusters,
  counters,
  ec2Profiles,
  jvmProfiles,
  nodes,
  schedules,
  sshProfiles,
  triggers,
} from '../kinds/all.ts'
import { type View, viewOf } from '../view.ts'

/** The kinds, each after those that it names; files are written, and things made, in this order. */
export const kindsInOrder = [
  sshProfiles,
  jvmProfiles,
  ec2Profiles,
  counters,
  clusters,
  nodes,
  actions,
  triggers,
  schedules,
] as const

export type KindName = (typeof kindsInOrder)[number]['name']

/** A line of the audit trail to come. */
export interface Note {
  what: 'create' | 'update' | 'remove'
  kind: string
  subject: { id: number; name: string }
  detail?: string
}

/** What applying a document has come to so far. */
export interface DocumentWork {
  desk: ConfigDesk
  tables: Tables
  now: number
  /** Grows with what the document makes. */
  view: View
  show: Show<string>
  findings: Finding[]
  /** The names in the document, by kind. */
  named: Map<KindName, Set<string>>
  answer: PlanAnswer
  notes: Note[]
  /** Ids given to things that are not made. */
  placeholders: number
}

export async function newWork(desk: ConfigDesk, tables: Tables): Promise<DocumentWork> {
  const view = await viewOf(
    tables,
    kindsInOrder.flatMap(({ name }) => (name === 'schedules' ? [] : [name])),
  )
  const { directory } = view
  return {
    desk,
    tables,
    now: desk.clock.now(),
    view,
    show: showBody({ directory, secrets: desk.secrets, fields: desk.fields }),
    findings: [],
    named: new Map(kindsInOrder.map(({ name }) => [name, new Set()])),
    answer: { changes: [], unchanged: 0, leftAlone: [] },
    notes: [],
    placeholders: 0,
  }
}
