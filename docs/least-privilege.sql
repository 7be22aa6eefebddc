-- A role for n8n that can use the coupon pools and do nothing else: it makes no schema and no tables, and reads no
-- other schema. Run this as the administrator who owns the database, after opening it once with this package (the
-- credential's test button, or openCouponPools), which makes the schema coupon_pools. Choose a password of your own,
-- and put the names of your database and schema in the place of postgres and coupon_pools.

create role coupon_pools_app login password 'change me';

-- Uploads gather their codes in a temporary table. Everybody has this right unless it was revoked.
grant connect, temporary on database postgres to coupon_pools_app;

grant usage on schema coupon_pools to coupon_pools_app;

grant select, insert, update, delete on all tables in schema coupon_pools to coupon_pools_app;

-- For a Citus cluster alone, which asks for it where the tables number their rows by themselves.
grant usage on all sequences in schema coupon_pools to coupon_pools_app;

-- Which version the schema is at is the administrator's to say.
revoke insert, update, delete on coupon_pools.migrations from coupon_pools_app;

-- Tables of later versions, which the same administrator makes by opening the database with the new version.
alter default privileges in schema coupon_pools
	grant select, insert, update, delete on tables to coupon_pools_app;

alter default privileges in schema coupon_pools grant usage on sequences to coupon_pools_app;

-- No functions but those of PostgreSQL itself. Others in the database may be let to make functions in the schema
-- public (up to PostgreSQL 14 everybody is), and by the usual search_path one that fits better than PostgreSQL's own,
-- as unnest(bigint[]) does, would run with the rights of this role.
alter role coupon_pools_app set search_path to pg_catalog;
