import type { Database } from '../../lib/database/database';

/**
 * Checks what must always hold of a pool, from the tables themselves: every code that was added is in exactly
 * one state, no code has two holders, the stock agrees with the assignments, and the ledger, replayed, with both.
 */
export async function expectSumsToHold(database: Database, poolId: string): Promise<void> {
	const [sums] = await database.query<Record<string, number>>(
		`select
			(select coalesce(sum(added), 0)::float8 from :schema.batches where pool_id = $1) as added,
			count(*)::float8 as in_stock,
			count(*) filter (where state = 'assigned')::float8 as assigned
		from :schema.codes where pool_id = $1`,
		[poolId],
	);
	expect(sums.in_stock).toBe(sums.added);

	const [held] = await database.query<Record<string, number>>(
		`select count(*)::float8 as holders, count(distinct (code, copy))::float8 as codes
		from :schema.assignments where pool_id = $1 and released_at is null and copy is not null`,
		[poolId],
	);
	expect(held).toEqual({ holders: sums.assigned, codes: sums.assigned });

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
			count(*) filter (where kind = 'assigned')::float8 as assigned
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
}
