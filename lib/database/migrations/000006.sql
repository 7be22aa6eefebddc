-- Which steps of which workflows use a pool. Written once in a while by those who use it, never by each assignment.
create table :schema.uses (
	pool_id bigint not null,
	workflow_id text not null,
	node_id text not null,
	operation text not null,
	campaign text not null,
	-- Tried on the canvas, as against run by itself.
	manual boolean not null,
	-- As last seen: people rename both, and turn workflows on and off.
	workflow_name text not null,
	node_name text not null,
	workflow_active boolean not null,
	first_used_at timestamptz not null,
	last_used_at timestamptz not null,
	runs bigint not null,
	primary key (pool_id, workflow_id, node_id, operation, campaign, manual)
);

-- With a recipient in it, an entry could pass the 2,704 bytes that an index allows: 255 characters of a code and 512
-- of a recipient may be 3,068. Recipients have an index of their own.
drop index :schema.assignments_uncounted;

create index assignments_uncounted on :schema.assignments (pool_id, code, id)
	where copy is null and released_at is null;

-- Shops take a code in upper or lower case. One that is all upper or all lower is found by trying both; only those
-- of mixed case, which few shops make, are written here too.
create index assignments_mixed_case on :schema.assignments (pool_id, lower(code), id)
	where released_at is null and code <> upper(code) and code <> lower(code);
