-- Who was told that a pool has fallen to its threshold, until it is refilled: each who asks by a name of its own,
-- since they ask with other thresholds, and one's answer must not be another's alert.
create table :schema.alerts (
	pool_id bigint not null,
	watcher text collate "C" not null,
	told_at timestamptz not null default now(),
	primary key (pool_id, watcher)
);

alter table :schema.pools drop column low_since;
