import type { Counter } from '../../model/counter.ts'
import { counterAnswer, counterBody, readCounter } from '../../wire/convert/counters.ts'
import * as wire from '../../wire/resources.ts'
import { kind, named } from './kind.ts'
import { usingActions } from './using-actions.ts'

export const counters = kind<Counter, typeof wire.CounterBody>({
  name: 'counters',
  path: 'counters',
  noun: 'counter',
  tableOf: (tables) => tables.counters,
  body: wire.CounterBody,
  answer: wire.Counter,
  needs: [],
  read: readCounter,
  bodyOf: counterBody,
  answers: async (rows, show) => rows.map((row) => counterAnswer(row, show)),
  exclusive: ['ssh', 'jmx'],
  usedBy: async ({ id }, tables) => [
    ...named('cluster', await tables.clusters.list(), ({ counterIds }) => counterIds.includes(id)),
    ...named('trigger', await tables.triggers.list(), (trigger) =>
      trigger.counters.some(({ counterId }) => counterId === id),
    ),
    ...(await usingActions(tables, 'counter', id)),
  ],
})
