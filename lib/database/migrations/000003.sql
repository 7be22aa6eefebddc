-- Until when a code is only on hold; null once it is given for good.
alter table :schema.assignments add column held_until timestamptz;

create index assignments_on_hold on :schema.assignments (pool_id, held_until)
	where held_until is not null and released_at is null;

-- The sums of a pool, as changes that add up: whoever changes codes adds a row in the same transaction, so that
-- counting ten million codes reads a few rows, and nobody waits for a counter. Many rows are folded into few
-- now and then, level by level.
create table :schema.tallies (
	pool_id bigint not null,
	level int not null default 0,
	id bigint generated always as identity,
	-- The codes' batch and the hour (UTC) in which they expire; null in rows that count use alone.
	batch_id bigint,
	expires_hour timestamptz,
	available bigint not null default 0,
	reserved bigint not null default 0,
	assigned bigint not null default 0,
	removed bigint not null default 0,
	redeemed bigint not null default 0,
	-- Codes given out, and the hour (UTC) of it.
	used bigint not null default 0,
	used_hour timestamptz,
	primary key (pool_id, level, id)
);

insert into :schema.tallies (pool_id, level, batch_id, expires_hour, available, reserved, assigned, removed)
select pool_id, 1, batch_id, date_trunc('hour', expires_at, 'UTC'),
	count(*) filter (where state = 'available'), count(*) filter (where state = 'reserved'),
	count(*) filter (where state = 'assigned'), count(*) filter (where state = 'removed')
from :schema.codes
group by 1, 3, 4;

insert into :schema.tallies (pool_id, level, batch_id, redeemed)
select pool_id, 1, 0, count(redeemed_at)
from :schema.assignments
where released_at is null and copy is not null
group by 1;

insert into :schema.tallies (pool_id, level, used, used_hour)
select pool_id, 1, count(*), date_trunc('hour', assigned_at, 'UTC')
from :schema.assignments
where source = 'pool'
group by 1, 4;
