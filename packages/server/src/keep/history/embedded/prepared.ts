import type { Statement } from 'better-sqlite3'
import type { SampleDatabase } from './sample-file.ts'

const byFile = new WeakMap<SampleDatabase, Map<string, Statement<number[]>>>()

/** A statement that is prepared once a file: preparing costs as much as reading ten chunks. */
export function prepared<Row>(db: SampleDatabase, sql: string): Statement<number[], Row> {
  const known = byFile.get(db) ?? new Map<string, Statement<number[]>>()
  byFile.set(db, known)
  const statement = known.get(sql) ?? db.prepare<number[]>(sql)
  known.set(sql, statement)
  return statement as Statement<number[], Row>
}
