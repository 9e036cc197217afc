import { Migration } from '@mikro-orm/migrations'

/** The JVMs of nodes, each with an id of its own for its series, and client certificates for their TLS. */
export class Jvms extends Migration {
  override up(): void {
    for (const statement of statements) this.addSql(statement)
  }
}

const statements = [
  'create table `jvms` (`id` integer not null primary key autoincrement, `node_id` integer not null, `jvm_profile_id` integer not null, constraint `jvms_node_id_foreign` foreign key (`node_id`) references `nodes` (`id`) on delete cascade, constraint `jvms_jvm_profile_id_foreign` foreign key (`jvm_profile_id`) references `jvm_profiles` (`id`) on delete restrict)',
  'create index `jvms_jvm_profile_id_index` on `jvms` (`jvm_profile_id`)',
  'create unique index `jvms_node_id_jvm_profile_id_unique` on `jvms` (`node_id`, `jvm_profile_id`)',
  'insert into `jvms` (`node_id`, `jvm_profile_id`) select `nodes`.`id`, `profile`.`value` from `nodes`, json_each(`nodes`.`jvm_profile_ids`) as `profile` where `profile`.`value` in (select `id` from `jvm_profiles`) order by `nodes`.`id`, `profile`.`key`',
  'alter table `jvm_profiles` add column `tls_cert` text null',
  'alter table `jvm_profiles` add column `tls_key` text null',
]
