import type { Session } from '../database/database';
import { hourOf, tally } from '../stock/tally';

/** What became of the staged rows. */
export interface StoredGiven {
	readonly added: number;
	readonly fromStock: number;
	readonly redeemed: number;
	/** Of those added, in the order of their bytes; null if there are none. */
	readonly firstCode: string | null;
	readonly lastCode: string | null;
}

/**
 * Makes assignments of the staged rows. A code that is new to the pool comes in as assigned; one that is available
 * there becomes assigned.
 *
 * A recipient's codes are numbered in the order in which they were given. Codes given before the latest that the
 * recipient already has here are numbered below all of those, so that the latest stays the one that is repeated.
 *
 * The ledger has event kinds of its own for this, so that those who watch for assignments do not hear of last year's.
 */
export async function storeGiven(
	session: Session,
	poolId: string,
	batchId: string,
): Promise<StoredGiven> {
	const [stored] = await session.query<StoredGiven>(STORE, [poolId, batchId]);
	return stored;
}

/**
 * What the pool has is looked up first, on its own: a Citus cluster does not join the staged rows, which only the
 * coordinator has, with its tables.
 */
const STORE = `
	with known as materialized (
		select code from :schema.codes
		where pool_id = $1 and copy = 1 and code in (select code from pg_temp.staged_given)
	), standing as materialized (
		select recipient, max(nth) as highest, min(nth) as lowest, max(assigned_at) as latest
		from :schema.assignments
		where pool_id = $1 and recipient in (select recipient from pg_temp.staged_given)
		group by recipient
	), added as (
		insert into :schema.codes (pool_id, code, batch_id, line, state, expires_at)
		select $1::bigint, code, $2::bigint, line, 'assigned', coalesce(expires_at, 'infinity')
		from pg_temp.staged_given as staged
		where not exists (select from known where known.code = staged.code)
		order by code
		returning code, batch_id, expires_at
	), from_stock as (
		update :schema.codes set state = 'assigned'
		from (select code from pg_temp.staged_given) as staged
		where codes.pool_id = $1 and codes.code = staged.code and codes.copy = 1 and codes.state = 'available'
		returning codes.code, codes.batch_id, codes.expires_at
	), ranked as (
		select *,
			row_number() over (partition by recipient, is_later order by assigned_at, line) as up,
			row_number() over (partition by recipient, is_later order by assigned_at desc, line desc) as down
		from (
			select staged.*, coalesce(highest, 0) as highest, lowest,
				assigned_at > coalesce(latest, '-infinity') as is_later
			from pg_temp.staged_given as staged
			left join standing using (recipient)
		) as placed
	), given as (
		insert into :schema.assignments
			(pool_id, recipient, nth, campaign, source, code, copy, expires_at, assigned_at, redeemed_at)
		select $1, recipient, case when is_later then highest + up else lowest - down end, campaign, 'pool', ranked.code, 1,
			coalesce(ranked.expires_at, from_stock.expires_at, 'infinity'), assigned_at, redeemed_at
		from ranked
		left join from_stock on from_stock.code = ranked.code
		order by recipient, 3
		returning id, code, assigned_at, redeemed_at
	), tallied_new as (
		${tally('added', { assigned: 'count(*)' })}
	), tallied_stock as (
		${tally('from_stock', { available: '-count(*)', assigned: 'count(*)' })}
	), tallied_use as (
		insert into :schema.tallies (pool_id, batch_id, redeemed, used, used_hour)
		select $1, $2, count(redeemed_at), count(*), ${hourOf('assigned_at')}
		from given
		group by ${hourOf('assigned_at')}
	), logged as (
		insert into :schema.events (pool_id, kind, at, assignment_id, code, copy)
		select $1, kind, at, id, code, 1
		from (
			select 'imported' as kind, assigned_at as at, id, code, 1 as turn from given
			union all
			select 'redemption_imported', redeemed_at, id, code, 2 from given where redeemed_at is not null
		) as life
		order by at, id, turn
	)
	select
		(select count(*)::int from added) as added,
		(select count(*)::int from from_stock) as "fromStock",
		(select count(*)::int from given where redeemed_at is not null) as redeemed,
		(select min(code) from added) as "firstCode", (select max(code) from added) as "lastCode"`;
