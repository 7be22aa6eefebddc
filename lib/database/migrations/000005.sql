-- Dynamic pools: their codes are made on demand, in the shop or here.
alter table :schema.pools drop constraint pools_type_check;

alter table :schema.pools add constraint pools_type_check check (type in ('unique', 'shared', 'dynamic'));

create table :schema.dynamic_pools (
	pool_id bigint primary key references :schema.pools (id),
	provider text not null check (provider in ('shopify', 'magento', 'woocommerce', 'local')),
	-- The shop's address, so that no other shop's credential is used by mistake; empty where there is none.
	shop text not null default '',
	-- The shop's discount, cart price rule or template coupon.
	rule_id text not null default '',
	prefix text not null default '',
	code_length int not null,
	dash_every int not null default 0,
	alphabet text not null,
	-- Days (of 24 hours) from assignment to expiry: such codes are made when they are assigned.
	expires_after_days float8,
	keep_in_stock int not null,
	refill_at int not null,
	-- After the shop failed, nobody waits for it on the spot until then.
	paused_until timestamptz not null default '-infinity'
);

-- One push of codes to the shop that is not settled yet. Its codes are reserved here and no part of the stock:
-- whether the shop knows them is unknown until it was heard or asked. A settled one becomes a batch.
create table :schema.refills (
	pool_id bigint not null,
	id bigint generated always as identity,
	-- The shop's own job, where it works on a push by itself.
	shop_job_id text,
	-- A code that the shop calls taken may have been made by an earlier push.
	pushes int not null default 1,
	-- Who works on it and until when others leave it alone; it is abandoned after that.
	worker text not null,
	worker_until timestamptz not null,
	created_at timestamptz not null default now(),
	primary key (pool_id, id)
);

create table :schema.refill_codes (
	pool_id bigint not null,
	code text collate "C" not null,
	refill_id bigint not null,
	line int not null,
	primary key (pool_id, code)
);
