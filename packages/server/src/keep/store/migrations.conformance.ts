import { existsSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import type { AbstractSqlDriver, MikroORM } from '@mikro-orm/sql'
import { afterEach, expect, test } from 'vitest'
import { shop } from './rows.conformance.ts'
import type { Store } from './store.ts'

/** A database of a server, and how it is looked at. */
export interface FreshServerDatabase {
  connect(): Promise<MikroORM<AbstractSqlDriver>>
  open(): Promise<Store>
  remove(): Promise<void>
}

/** The migrations of one kind of server. */
export interface ServerMigrations {
  fresh: () => Promise<FreshServerDatabase>
  migrations: readonly { name: string }[]
  /** Where they lie. */
  folder: string
}

// NEW_MIGRATION=0005-sizes writes what is missing as that migration; it is then looked at, and listed in all.ts.
const wanted = process.env.NEW_MIGRATION

/** What the migrations of every server must do; writes a new one where NEW_MIGRATION names it. */
export function migrationsConform({ fresh, migrations, folder }: ServerMigrations) {
  const opened: FreshServerDatabase[] = []

  async function database(): Promise<FreshServerDatabase> {
    const made = await fresh()
    opened.push(made)
    return made
  }

  afterEach(async () => {
    await Promise.all(opened.splice(0).map((each) => each.remove()))
  })

  test('the migrations give exactly the tables of the entities', async () => {
    const place = await database()
    if (wanted !== undefined) await writeMigration(place, wanted, folder)
    await (await place.open()).close()
    const where = path.basename(path.dirname(folder))
    expect(await missingSql(place), `${where}: ${adviceFor(folder)}`).toBe('')
  })

  test('the comparison sees a difference', async () => {
    const place = await database()
    await (await place.open()).close()
    const orm = await place.connect()
    await orm.em.getConnection().execute('alter table runs drop column plan_hash')
    await orm.close()
    expect(await missingSql(place)).toContain('plan_hash')
  })

  test.each(migrations.map(({ name }) => ({ name })))(
    'a database after $name comes to the present form',
    async ({ name }) => {
      const place = await database()
      const orm = await place.connect()
      await orm.migrator.up({ to: name })
      await orm.close()
      await (await place.open()).close()
      expect(await missingSql(place)).toBe('')
    },
  )

  test('several processes that open an empty database at once make its tables once', async () => {
    const place = await database()
    const stores = await Promise.all([place.open(), place.open(), place.open()])
    expect((await stores[0]?.installation.list())?.length).toBe(1)
    await Promise.all(stores.map((store) => store.close()))
  })

  test('opening again changes nothing', async () => {
    const place = await database()
    const store = await place.open()
    await store.clusters.insert(shop)
    await store.close()
    const again = await place.open()
    expect(await again.clusters.count()).toBe(1)
    await again.close()
  })

  test('a database that a newer program has changed is refused and left as it is', async () => {
    const place = await database()
    await (await place.open()).close()
    const orm = await place.connect()
    await orm.migrator.logMigration('0999-from-the-future')
    await orm.close()
    await expect(place.open()).rejects.toMatchObject({
      code: 'store-unusable',
      message: expect.stringMatching(
        /was last used by a newer tscaler \(it has 0999-from-the-future\)\. Start that one/,
      ),
    })
  })

  test('a database that holds tables of another program is refused and left as it is', async () => {
    const place = await database()
    const orm = await place.connect()
    await orm.em.getConnection().execute('create table nodes (mine integer)')
    await orm.close()
    await expect(place.open()).rejects.toMatchObject({
      code: 'store-unusable',
      message: expect.stringMatching(
        /has a table already that tscaler was about to make.*Give tscaler a database of its own/,
      ),
    })
  })
}

function adviceFor(folder: string): string {
  const file = path.relative(process.cwd(), path.join(folder, 'migrations.test.ts'))
  return `entities that no migration makes. NEW_MIGRATION=<the name of SQLite's> npx vitest run ${file} writes it; then list it in all.ts`
}

/** What would have to be run to make the database what the entities say. */
async function missingSql(place: FreshServerDatabase): Promise<string> {
  const orm = await place.connect()
  try {
    const text = await orm.schema.getUpdateSchemaSQL({ wrap: false, safe: false })
    // MySQL takes a default for a long text only as an expression, and MariaDB takes it too.
    return text.replace(/(longtext[^,]*? default) ('(?:[^']|'')*')/g, '$1 ($2)')
  } finally {
    await orm.close()
  }
}

async function writeMigration(place: FreshServerDatabase, name: string, folder: string): Promise<void> {
  const first = name.startsWith('0001-')
  if (!first) await (await place.open()).close()
  const statements = (await missingSql(place))
    .split(/;\s*\n/)
    .map((statement) => statement.trim().replace(/;$/, ''))
    .filter((statement) => statement !== '')
  if (first) statements.push('insert into admission (id, turn) values (1, 0)')
  const file = path.join(folder, `${name}.ts`)
  if (statements.length === 0) throw new Error('nothing is missing')
  if (existsSync(file) && !first) throw new Error(`${file} is there already`)
  writeFileSync(file, sourceOf(name, statements))
}

function sourceOf(name: string, statements: readonly string[]): string {
  const className = name.replace(/^\d+/, '').replaceAll(/-(\w)/g, (_, letter: string) => letter.toUpperCase())
  return `import { Migration } from '@mikro-orm/migrations'

/** Say here what it is for. */
export class ${className} extends Migration {
  override up(): void {
    for (const statement of statements) this.addSql(statement)
  }
}

const statements = [
${statements.map((statement) => `  ${JSON.stringify(statement)},`).join('\n')}
]
`
}
