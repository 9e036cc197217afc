import { Migration } from '@mikro-orm/migrations'

/** Roles for single clusters, second factors, users that an issuer vouches for, and from where sessions are used. */
export class People extends Migration {
  override up(): void {
    for (const statement of statements) this.addSql(statement)
  }
}

const statements = [
  "alter table `users` add column `cluster_roles` json not null default '[]'",
  'alter table `users` add column `external_key` text null',
  'create unique index `users_external_key_unique` on `users` (`external_key`)',
  "alter table `sessions` add column `address` text not null default ''",
  "alter table `sessions` add column `user_agent` text not null default ''",
  "alter table `sessions` add column `signed_in_by` text not null default 'password'",
  "alter table `tokens` add column `cluster_roles` json not null default '[]'",
  'create table `second_factors` (`id` integer not null primary key autoincrement, `user_id` integer not null, `secret` text not null, `created_at` integer not null, `confirmed_at` integer null, `last_step` integer not null, constraint `second_factors_user_id_foreign` foreign key (`user_id`) references `users` (`id`) on delete cascade)',
  'create index `second_factors_user_id_index` on `second_factors` (`user_id`)',
  'create unique index `second_factors_user_id_unique` on `second_factors` (`user_id`)',
]
