import { PostgreSqlDriver, PostgreSqlPlatform } from '@mikro-orm/postgresql'

/** PostgreSQL with columns that give back exactly what was put in. */
export class PlainPostgresDriver extends PostgreSqlDriver {
  protected override readonly platform = new PlainColumns()
}

class PlainColumns extends PostgreSqlPlatform {
  /** Not `jsonb`: that forgets the order of keys and takes no NUL in a text. */
  override getJsonDeclarationSQL(): string {
    return 'json'
  }

  /** A row's children are looked up by it, and looked for when it goes. */
  override indexForeignKeys(): boolean {
    return true
  }

  /** Without a limit, as in SQLite; an index takes 2,700 bytes, which no indexed text has. */
  override getVarcharTypeDeclarationSQL(): string {
    return 'text'
  }
}
