import type { SampleDatabase } from './sample-file.ts'

/** The numbers that one generation of batches uses for its series; `ids` are the file's, 0 until the series is written. */
export interface Names {
  names: string[]
  ids: number[]
}

/** Finds and makes rows of `series`. */
export class SeriesRows {
  readonly #find
  readonly #add
  readonly #name

  constructor(db: SampleDatabase) {
    this.#find = db.prepare<[string], number>('select id from series where name = ?').pluck()
    this.#name = db.prepare<[number], string>('select name from series where id = ?').pluck()
    this.#add = db.prepare<[string]>('insert into series (name) values (?)')
  }

  find(name: string): number | undefined {
    return this.#find.get(name)
  }

  nameOf(id: number): string {
    return this.#name.get(id) ?? `unknown-${id}`
  }

  /** The file's ids in place of the batch's own numbers; series that are new are written. */
  toIds(series: Uint32Array, { names, ids }: Names): void {
    for (let place = 0; place < series.length; place++) {
      const number = Number(series[place])
      series[place] = ids[number] || this.#learn(number, names, ids)
    }
  }

  #learn(number: number, names: readonly string[], ids: number[]): number {
    const name = names[number] ?? `unknown-${number}`
    const id = this.find(name) ?? Number(this.#add.run(name).lastInsertRowid)
    ids[number] = id
    return id
  }
}
