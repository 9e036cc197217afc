import { First } from './0001-first.ts'

/** In order. A name is what an existing database remembers: neither name nor contents ever change once released. */
export const migrations = [{ name: '0001-first', class: First }]
