-- Spreads the tables of coupon pools over a Citus cluster by their pool, as the option *Distribute with Citus*
-- does. By hand, on the coordinator, once the tables are there: psql -v ON_ERROR_STOP=1 -f citus.sql
-- All of it or nothing.

begin;

set local search_path to coupon_pools;

-- What is on all nodes changes together with what is not, over one connection to each.
set local citus.multi_shard_modify_mode to 'sequential';

-- What refers to a table on all nodes cannot be distributed if it numbers its rows by itself; and each row that
-- refers to a pool would keep all pools from being changed until its transaction ends.
alter table batches drop constraint batches_pool_id_fkey;
alter table shared_codes drop constraint shared_codes_pool_id_fkey;
alter table dynamic_pools drop constraint dynamic_pools_pool_id_fkey;

-- On all nodes, so that every shard can be joined with it.
select create_reference_table('pools');

-- One pool's rows of all tables stand on the same shard.
select create_distributed_table('codes', 'pool_id');
select create_distributed_table('assignments', 'pool_id', colocate_with => 'codes');
select create_distributed_table('batches', 'pool_id', colocate_with => 'codes');
select create_distributed_table('events', 'pool_id', colocate_with => 'codes');
select create_distributed_table('fronts', 'pool_id', colocate_with => 'codes');
select create_distributed_table('shared_codes', 'pool_id', colocate_with => 'codes');
select create_distributed_table('tallies', 'pool_id', colocate_with => 'codes');
select create_distributed_table('report_sums', 'pool_id', colocate_with => 'codes');
select create_distributed_table('campaign_sums', 'pool_id', colocate_with => 'codes');
select create_distributed_table('quarter_sums', 'pool_id', colocate_with => 'codes');
select create_distributed_table('uses', 'pool_id', colocate_with => 'codes');
select create_distributed_table('watches', 'pool_id', colocate_with => 'codes');
select create_distributed_table('deliveries', 'pool_id', colocate_with => 'codes');
select create_distributed_table('alerts', 'pool_id', colocate_with => 'codes');
select create_distributed_table('dynamic_pools', 'pool_id', colocate_with => 'codes');
select create_distributed_table('refills', 'pool_id', colocate_with => 'codes');
select create_distributed_table('refill_codes', 'pool_id', colocate_with => 'codes');

commit;
