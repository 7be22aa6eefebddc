-- Archived pools are hidden and give no code: they are not active, and remember what they were.
alter table :schema.pools add column archived_at timestamptz;

alter table :schema.pools add column active_before_archive boolean;

-- When the codes that nobody had were taken out again.
alter table :schema.batches add column undone_at timestamptz;

-- The shop's order in which the code was used.
alter table :schema.assignments add column order_id text;

-- When the recipient's name was replaced by a made-up one.
alter table :schema.assignments add column erased_at timestamptz;

-- Each of these indexes leaves out what every upload and every assignment writes, so that neither gets slower.
-- A code's and a recipient's history: what came after an assignment…
create index events_after_assigned on :schema.events (pool_id, assignment_id) where kind <> 'assigned';

-- …when the code was taken out…
create index events_removed on :schema.events (pool_id, code) where kind = 'removed';

-- …and who held it before.
create index assignments_released on :schema.assignments (pool_id, code) where released_at is not null;

-- Who holds a default code, or a shared one without a limit.
create index assignments_uncounted on :schema.assignments (pool_id, code, recipient)
	where copy is null and released_at is null;

create index codes_aside on :schema.codes (pool_id, code, copy) where state in ('reserved', 'removed');
