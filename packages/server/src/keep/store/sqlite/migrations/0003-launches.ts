import { Migration } from '@mikro-orm/migrations'

/** Machines that were asked of a cloud, and all that an EC2 profile needs to ask for one. */
export class Launches extends Migration {
  override up(): void {
    for (const statement of statements) this.addSql(statement)
  }
}

const statements = [
  'create table `launches` (`id` integer not null primary key autoincrement, `task_id` integer not null, `run_id` integer not null, `node_id` integer not null, `node_name` text not null, `ec2_profile_id` integer null, `token` text not null, `place` text not null, `order` text not null, `host_key` text null, `state` text not null, `vm_id` text null, `account` text null, `error` text null, `created_at` integer not null, `ended_at` integer null)',
  'create index `launches_task_id_index` on `launches` (`task_id`)',
  'create index `launches_node_id_index` on `launches` (`node_id`)',
  'create unique index `launches_token_unique` on `launches` (`token`)',
  'create index `launches_state_index` on `launches` (`state`)',
  'create index `launches_vm_id_index` on `launches` (`vm_id`)',
  'alter table `ec2_profiles` add column `access_key_id` text null',
  'alter table `ec2_profiles` add column `secret_access_key` text null',
  'alter table `ec2_profiles` add column `instance_profile` text null',
  'alter table `ec2_profiles` add column `spot` integer not null default false',
  "alter table `ec2_profiles` add column `volumes` json not null default '[]'",
  "alter table `ec2_profiles` add column `host_key_from` text not null default 'console'",
  "alter table `ec2_profiles` add column `address` text not null default 'private'",
  // It is a secret from now on, which no migration can seal; no version before could deploy by it.
  'update `ec2_profiles` set `user_data` = null',
]
