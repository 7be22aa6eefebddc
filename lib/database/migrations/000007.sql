-- Who watches which pool, and how far each was told. A row with pool 0 stands for the watcher itself: whoever
-- looks for it locks that row, so that of several processes one tells.
create table :schema.watches (
	pool_id bigint not null,
	watcher text collate "C" not null,
	topic text not null check (topic in ('watcher', 'stock', 'assigned', 'redeemed')),
	-- For pool 0: when the watcher looked last.
	looked_at timestamptz not null default '-infinity',
	-- Of the ledger: every event up to this one was told. Events get their numbers before they are committed, so
	-- that a lower number can appear after a higher one. What was told above is in `deliveries`; the newest event
	-- seen at one moment becomes the next mark when all transactions of that moment have ended.
	told_to bigint,
	next_to bigint,
	next_xmax xid8,
	next_at timestamptz,
	-- Of the stock: the last state that was seen, when, and how many times something was told of it.
	state text,
	state_at timestamptz,
	told int not null default 0,
	primary key (pool_id, watcher, topic)
);

create table :schema.deliveries (
	pool_id bigint not null,
	watcher text collate "C" not null,
	event_id bigint not null,
	primary key (pool_id, watcher, event_id)
);
