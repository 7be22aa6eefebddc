-- What a report says of the use of a pool's codes, summed up from the ledger piece by piece, so that it need not
-- read every assignment: in all, and up to which event…
create table :schema.report_sums (
	pool_id bigint primary key,
	-- Every event up to this one is in the sums. The newest one of a moment becomes the next mark when all
	-- transactions of that moment have ended.
	read_to bigint not null default 0,
	next_to bigint,
	next_xmax xid8,
	next_at timestamptz,
	-- Assignments that stand; of these, those of the default code, and those that were redeemed.
	assigned bigint not null default 0,
	by_default bigint not null default 0,
	redeemed bigint not null default 0,
	campaigns bigint not null default 0
);

-- …by campaign…
create table :schema.campaign_sums (
	pool_id bigint not null,
	campaign text not null,
	assigned bigint not null,
	redeemed bigint not null,
	first_assigned_at timestamptz not null,
	last_assigned_at timestamptz not null,
	-- Between these are all of the campaign's assignments.
	first_assignment bigint not null,
	last_assignment bigint not null,
	primary key (pool_id, campaign)
);

create index campaign_sums_largest on :schema.campaign_sums (pool_id, assigned desc, campaign);

-- …and by time. Days begin at a quarter of an hour of UTC in every timezone.
create table :schema.quarter_sums (
	pool_id bigint not null,
	quarter timestamptz not null,
	assigned bigint not null,
	redeemed bigint not null,
	primary key (pool_id, quarter)
);

-- What is asked for and seldom written: which assignments were redeemed, who was given more than one code, who was
-- erased…
create index assignments_redeemed on :schema.assignments (pool_id, id) where redeemed_at is not null;

create index assignments_repeated on :schema.assignments (pool_id, recipient, nth) where nth > 1;

create index assignments_erased on :schema.assignments (pool_id, id) where erased_at is not null;

-- …and who holds a code that expires soon. Of codes without expiry there is nothing in it.
create index assignments_expiring on :schema.assignments (pool_id, expires_at)
	where redeemed_at is null and released_at is null and expires_at < 'infinity';
