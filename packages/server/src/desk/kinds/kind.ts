import type { Static, TSchema } from 'typebox'
import type { Tables } from '../../keep/store/store.ts'
import type { Table } from '../../keep/store/table.ts'
import type { Finding } from '../../model/problem.ts'
import type { Stored } from '../../model/record.ts'
import type { NamedKind } from '../../wire/convert/directory.ts'
import type { Reader } from '../../wire/convert/read.ts'
import type { Show } from '../../wire/convert/show.ts'
import type { Values } from '../../wire/convert/values.ts'
import { findingsOf } from '../../wire/findings.ts'
import type { Ref } from '../../wire/schema.ts'
import type { Desk } from '../desk.ts'
import type { View } from '../view.ts'

/** A stored thing with a name. */
export type Named = Stored & { name: string }

/** What there is to say of a kind of configuration. */
export interface KindParts<Row extends Named, Body extends TSchema> {
  /** Its table, and its list in the configuration file. */
  name:
    | 'clusters'
    | 'nodes'
    | 'counters'
    | 'triggers'
    | 'actions'
    | 'sshProfiles'
    | 'jvmProfiles'
    | 'ec2Profiles'
    | 'schedules'
  /** In the API's addresses. */
  path: string
  /** In sentences. */
  noun: string
  tableOf(tables: Tables): Table<Row>
  body: Body
  /** The most that a body may hold, where that is more than of others. */
  bodyBytesMax?: number
  answer: TSchema
  /** The kinds that it names. */
  needs: readonly NamedKind[]
  /** The row of a body that fits the schema; what else is wrong goes to the reader. */
  read(body: Static<Body>, reader: Reader, before: Row | undefined, now: number): Values<Row>
  /** What only the whole configuration can tell. */
  check?(values: Values<Row>, view: View, desk: Pick<Desk, 'effects'>): Finding[]
  /** The whole body of a row: what an export prints, a change is laid over, and differences are told from. */
  bodyOf(row: Row, show: Show<string>): Record<string, unknown>
  answers(rows: readonly Row[], show: Show<Ref>, desk: AnswerDesk): Promise<Record<string, unknown>[]>
  /** Fields of a body of which a change may name one only: another in the body before gives way. */
  exclusive?: readonly string[]
  /** Fields that a document which says nothing of them leaves as they are, as they are learnt or set while running. */
  keeps?: readonly string[]
  /** What would break without it, in words: `trigger "grow"`. */
  usedBy(row: Row, tables: Tables): Promise<string[]>
  /** What is written along with it, in the same transaction, made or changed. */
  saveRest?(row: Row, tables: Tables, now: number): Promise<void>
  /** What goes with it, in the same transaction. */
  removeRest?(row: Row, tables: Tables, now: number): Promise<void>
}

/** What answers are made with. */
export type AnswerDesk = Pick<Desk, 'store' | 'machines'>

/** A kind whose bodies are checked against their schema first. */
export interface Kind<Row extends Named = Named> extends Omit<KindParts<Row, TSchema>, 'read'> {
  /** The row of any body at all; undefined where the schema itself is broken. All findings are the reader's. */
  read(given: unknown, reader: Reader, path: string, before: Row | undefined, now: number): Values<Row> | undefined
}

/** Makes the kind of its parts. */
export function kind<Row extends Named, Body extends TSchema>(parts: KindParts<Row, Body>): Kind<Row> {
  return {
    ...parts,
    read(given, reader, path, before, now) {
      const findings = findingsOf(parts.body, given, path)
      reader.findings.push(...findings)
      return findings.length > 0 ? undefined : parts.read(given as Static<Body>, reader, before, now)
    },
  }
}

/** `trigger "grow"` of each row that fits. */
export function named<Row extends Named>(noun: string, rows: readonly Row[], uses: (row: Row) => boolean): string[] {
  return rows.filter(uses).map(({ name }) => `${noun} "${name}"`)
}
