import type { Database } from '../../lib/database/database';

/**
 * Checks what must always hold of a pool, from the tables themselves: every code that was added is in exactly one
 * state, no code has two holders, the stock agrees with the assignments, and the ledger, when replayed, with both.
 */
export async function expectSumsToHold(database: Database, poolId: string): Promise<void> {
	const [sums] = await database.query<Record<string, number>>(
		`select
			(select coalesce(sum(added), 0)::float8 from :schema.batches where pool_id = $1) as added,
			count(*)::float8 as in_stock,
			count(*) filter (where state in ('assigned', 'reserved'))::float8 as held
		from :schema.codes where pool_id = $1`,
		[poolId],
	);
	expect(sums.in_stock).toBe(sums.added);

	const [held] = await database.query<Record<string, number>>(
		`select count(*)::float8 as holders, count(distinct (code, copy))::float8 as codes
		from :schema.assignments where pool_id = $1 and released_at is null and copy is not null`,
		[poolId],
	);
	expect(held).toEqual({ holders: sums.held, codes: sums.held });

	const astray = await database.query(
		`with last as (
			select distinct on (code, copy) code, copy, kind
			from (
				-- A copy of a shared code is removed where it stands.
				select id, code, greatest(copy, 1) as copy,
					case when kind = 'removed' and copy > 0 then 'taken out' else kind end as kind
				from :schema.events where pool_id = $1 and kind <> 'repeated' and copy is not null
			) as events
			order by code, copy, id desc
		)
		select codes.code, codes.state, last.kind
		from (select * from :schema.codes where pool_id = $1 and copy > 0) as codes
		full join last on last.code = codes.code and last.copy = codes.copy
		where case coalesce(last.kind, 'released')
			when 'released' then codes.state is distinct from 'available'
			when 'hold_ended' then codes.state is distinct from 'available'
			when 'reserved' then codes.state is distinct from 'reserved'
			when 'taken out' then codes.state is distinct from 'removed'
			-- Removed, it stepped aside; it is here again if it was uploaded again.
			when 'removed' then codes.state <> 'available'
			else codes.state is distinct from 'assigned'
		end`,
		[poolId],
	);
	expect(astray).toEqual([]);

	const unexplained = await database.query(
		`select aside.code, aside.copy, aside.state, removals.code as event
		from (select * from :schema.codes where pool_id = $1 and (copy < 1 or state = 'removed')) as aside
		full join (select * from :schema.events where pool_id = $1 and kind = 'removed') as removals
			on removals.code = aside.code and removals.copy = aside.copy
		where aside.state is distinct from 'removed' or removals.code is null
			or aside.copy > 0 and (select type from :schema.pools where id = $1) = 'unique'`,
		[poolId],
	);
	expect(unexplained).toEqual([]);

	const [ledger] = await database.query<Record<string, number>>(
		`select
			(select count(*)::float8 from :schema.assignments where pool_id = $1) as assignments,
			count(*) filter (where kind in ('assigned', 'reserved', 'imported'))::float8 as assigned
		from :schema.events where pool_id = $1`,
		[poolId],
	);
	expect(ledger.assigned).toBe(ledger.assignments);

	const hidden = await database.query(
		`select code from :schema.codes join :schema.fronts on fronts.pool_id = $1
		where codes.pool_id = $1 and state = 'available' and codes.expires_at > now()
			and (codes.expires_at, codes.batch_id, codes.line) < (fronts.expires_at, fronts.batch_id, fronts.line)`,
		[poolId],
	);
	expect(hidden).toEqual([]);

	const miscounted = await database.query(MISCOUNTED, [poolId]);
	expect(miscounted).toEqual([]);
}

/** Where the sums that are kept differ from a count of the codes and assignments. */
const MISCOUNTED = `
	with kept as (
		select batch_id, expires_hour, sum(available)::float8 as available, sum(reserved)::float8 as reserved,
			sum(assigned)::float8 as assigned, sum(removed)::float8 as removed, sum(redeemed)::float8 as redeemed
		from :schema.tallies where pool_id = $1 and batch_id is not null
		group by batch_id, expires_hour
	), counted as (
		select batch_id, date_trunc('hour', expires_at, 'UTC') as expires_hour,
			(count(*) filter (where state = 'available'))::float8 as available,
			(count(*) filter (where state = 'reserved'))::float8 as reserved,
			(count(*) filter (where state = 'assigned'))::float8 as assigned,
			(count(*) filter (where state = 'removed'))::float8 as removed
		from :schema.codes where pool_id = $1
		group by 1, 2
	)
	select to_json(kept) as kept, to_json(counted) as counted
	from kept full join counted
		on counted.batch_id = kept.batch_id and counted.expires_hour is not distinct from kept.expires_hour
	where (kept.available, kept.reserved, kept.assigned, kept.removed) is distinct from
		(counted.available, counted.reserved, counted.assigned, counted.removed)
		and (counted.batch_id is not null or kept.available <> 0)
	union all
	select to_json(kept_use), to_json(counted_use)
	from (select coalesce(sum(used), 0)::int as used from :schema.tallies where pool_id = $1) as kept_use
	cross join (
		select count(*)::int as used from :schema.assignments where pool_id = $1 and source = 'pool'
	) as counted_use
	where kept_use.used <> counted_use.used
	union all
	select to_json(kept), to_json(counted)
	from (select sum(redeemed) as redeemed from kept) as kept
	cross join (
		select count(redeemed_at)::float8 as redeemed from :schema.assignments
		where pool_id = $1 and released_at is null and copy is not null
	) as counted
	where kept.redeemed <> counted.redeemed`;
