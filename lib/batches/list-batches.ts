import type { Session } from '../database/database';
import { checkLimit, pageOf, readPlace, type PageRequest, type Placed } from '../database/page';
import { condition, Where } from '../database/where';
import { findPool } from '../pools/find-pool';
import { hourOf } from '../stock/tally';
import type { Batch } from './batch';

/**
 * A page of a pool's batches, the latest first; `next` is null on the last one.
 *
 * @throws CouponPoolsError `pool_not_found`; `invalid_input`
 */
export async function listBatches(
	session: Session,
	poolId: string,
	page: PageRequest = {},
): Promise<{ batches: Batch[]; next: string | null }> {
	const limit = checkLimit(page.limit);
	const place = readPlace(page.after, ['number']);
	await findPool(session, { id: poolId });
	const where = new Where();
	where.and(condition`pool_id = ${poolId}`);
	if (place !== undefined) {
		where.and(condition`id < ${place[0]}::bigint`);
	}
	const { rows, next } = pageOf<Batch>(await selectBatches(session, where, limit + 1), limit);
	return { batches: rows, next };
}

/**
 * The tallies count by the hour, so of the free codes that expire in the present hour, those already expired are
 * counted in the stock itself.
 */
export async function selectBatches(
	session: Session,
	where: Where,
	limit: number,
): Promise<Array<Placed<Batch>>> {
	return await session.query<Placed<Batch>>(
		`with chosen as materialized (
			select * from :schema.batches where ${where.text} order by id desc limit ${where.value(limit)}
		), counted as (
			select batch_id, sum(available)::float8 as free, sum(reserved)::float8 as reserved,
				sum(assigned)::float8 as assigned, sum(removed)::float8 as removed,
				coalesce(sum(available) filter (where expires_hour < ${hourOf('now()')}), 0)::float8 as expired
			from :schema.tallies
			where pool_id = $1 and batch_id in (select id from chosen)
			group by batch_id
		), expired_this_hour as (
			select batch_id, count(*)::float8 as codes
			from :schema.codes
			where pool_id = $1 and state = 'available' and expires_at >= ${hourOf('now()')} and expires_at <= now()
			group by batch_id
		), stock as (
			select batch_id, reserved, assigned, removed, free,
				case when pools.expires_at <= now() then free else expired + coalesce(codes, 0) end as expired
			from counted
			join :schema.pools on pools.id = $1
			left join expired_this_hour using (batch_id)
		)
		select chosen.id, file_name as "fileName", created_at as "addedAt", received, added,
			duplicates_in_file as "duplicatesInFile", already_in_pool as "alreadyInPool",
			in_other_pools as "inOtherPools", invalid,
			coalesce(free - expired, 0) as available, coalesce(reserved, 0) as reserved,
			coalesce(assigned, 0) as assigned, coalesce(removed, 0) as removed,
			coalesce(expired, 0) as "expiredUnassigned", undone_at as "undoneAt",
			array[chosen.id::text] as place
		from chosen
		left join stock on stock.batch_id = chosen.id
		order by chosen.id desc`,
		where.values,
	);
}
