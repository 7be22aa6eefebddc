-- Spreads the tables of coupon pools over a Citus cluster by their pool, as the option *Distribute with Citus*
-- does. By hand, on the coordinator, once the tables are there: psql -f citus.sql
-- Each statement for itself, not in one transaction.

set search_path to coupon_pools;

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
select create_distributed_table('dynamic_pools', 'pool_id', colocate_with => 'codes');
select create_distributed_table('refills', 'pool_id', colocate_with => 'codes');
select create_distributed_table('refill_codes', 'pool_id', colocate_with => 'codes');
