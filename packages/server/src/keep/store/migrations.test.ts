import { expect, test } from 'vitest'
import { migrations as mysql } from './mysql/migrations/all.ts'
import { migrations as postgresql } from './postgresql/migrations/all.ts'
import { migrations as sqlite } from './sqlite/migrations/all.ts'

/** The migration of SQLite up to which the first one of the others has everything: docs/decisions/007. */
const coveredByFirst = '0004-people'

const names = (migrations: readonly { name: string }[]) => migrations.map(({ name }) => name)
const later = names(sqlite).slice(names(sqlite).indexOf(coveredByFirst) + 1)

test.each([
  { name: 'postgresql', migrations: postgresql },
  { name: 'mysql', migrations: mysql },
])('$name has a migration for each of SQLite’s', ({ name, migrations }) => {
  const missing = later.filter((each) => !names(migrations).includes(each))
  const how = `NEW_MIGRATION=${missing[0]} npx vitest run packages/server/src/keep/store/${name}/migrations writes it`
  expect(missing, `${name}/migrations lacks ${missing.join(', ')}; ${how}`).toEqual([])
  expect(names(migrations)).toEqual(['0001-first', ...later])
})
