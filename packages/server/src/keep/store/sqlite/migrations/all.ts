import { First } from './0001-first.ts'
import { Jvms } from './0002-jvms.ts'
import { Launches } from './0003-launches.ts'
import { People } from './0004-people.ts'

/** In order. A name is what an existing database remembers: neither name nor contents ever change once released. */
export const migrations = [
  { name: '0001-first', class: First },
  { name: '0002-jvms', class: Jvms },
  { name: '0003-launches', class: Launches },
  { name: '0004-people', class: People },
]
