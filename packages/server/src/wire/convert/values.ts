import type { Stored } from '../../model/record.ts'

/** What a body sets of a row: all but what the store gives. */
export type Values<Row extends Stored> = Omit<Row, keyof Stored>
