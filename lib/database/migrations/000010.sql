-- What lists are asked for, and would otherwise read a pool through to find. For all of it together an assignment
-- takes some 3% longer (PostgreSQL 18). Those of a campaign…
create index assignments_campaign on :schema.assignments (pool_id, campaign, id);

alter table :schema.campaign_sums drop column first_assignment, drop column last_assignment;

-- …of the default code…
create index assignments_default on :schema.assignments (pool_id, id) where source = 'default';

-- …of a time, in the order in which they were given…
drop index :schema.assignments_assigned_at;
create index assignments_assigned_at on :schema.assignments (pool_id, assigned_at, id);

-- …what can still be redeemed, of which there is little where nearly all was, or where it expires soon…
drop index :schema.assignments_expiring;
create index assignments_unused on :schema.assignments (pool_id, expires_at)
	where redeemed_at is null and released_at is null;

-- …and the codes of a batch. These stand near each other in the table, since they came together: a summary of where
-- costs uploads nothing, while with an index of each code they took half as long again. A batch too large to be
-- gathered is found by where its codes begin and end.
create index codes_batch on :schema.codes using brin (pool_id, batch_id) with (pages_per_range = 32, autosummarize = on);

alter table :schema.batches add column first_code text collate "C", add column last_code text collate "C";
