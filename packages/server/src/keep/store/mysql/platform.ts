import { MariaDbDriver, MariaDbPlatform } from '@mikro-orm/mariadb'

/** MariaDB and MySQL with columns that give back exactly what was put in. */
export class PlainMysqlDriver extends MariaDbDriver {
  override platform = new PlainColumns()
}

class PlainColumns extends MariaDbPlatform {
  /** Not `json`: MySQL's forgets the order of keys, and MariaDB's is a longtext with a check. */
  override getJsonDeclarationSQL(): string {
    return 'longtext'
  }

  /** `text` ends after 64 KiB. */
  override getTextTypeDeclarationSQL(): string {
    return 'longtext'
  }
}
