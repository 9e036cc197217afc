import { defineEntity } from '@mikro-orm/core'
import type { Lease } from '../leases.ts'
import type { Installation } from '../store.ts'
import { givenId, longText, whole, word } from './columns.ts'

export const installation = defineEntity({
  name: 'Installation',
  tableName: 'installation',
  properties: {
    id: givenId(),
    uid: word(63),
    redStopAt: whole().nullable(),
    redStopBy: word(255).nullable(),
    redStopReason: longText().nullable(),
    pausedUntil: whole().nullable(),
  } satisfies Record<keyof Installation, unknown>,
})

/** One row, id 1, that a transaction locks so that admissions follow one another. `turn` counts them. */
export const admission = defineEntity({
  name: 'Admission',
  tableName: 'admission',
  properties: { id: givenId(), turn: whole() },
})

/** A row stays when its lease ends, so that the fence goes on growing. */
export const leases = defineEntity({
  name: 'Lease',
  tableName: 'leases',
  properties: {
    name: word(255).primary(),
    holder: word(255),
    fence: whole(),
    until: whole(),
  } satisfies Record<keyof Lease, unknown>,
})
