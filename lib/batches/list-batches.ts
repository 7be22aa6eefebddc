import type { Session } from '../database/database';
import { checkLimit, pageOf, readPlace, type PageRequest, type Placed } from '../database/page';
import { condition, Where } from '../database/where';
import { findPool } from '../pools/find-pool';
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

/** The codes of all batches of the page are counted in one go. */
export async function selectBatches(
	session: Session,
	where: Where,
	limit: number,
): Promise<Array<Placed<Batch>>> {
	return await session.query<Placed<Batch>>(
		`with chosen as materialized (
			select * from :schema.batches where ${where.text} order by id desc limit ${where.value(limit)}
		), counted as (
			select codes.batch_id,
				count(*) filter (where state = 'available' and least(codes.expires_at, pools.expires_at) > now())::float8 as available,
				count(*) filter (where state = 'available' and least(codes.expires_at, pools.expires_at) <= now())::float8 as expired,
				count(*) filter (where state = 'reserved')::float8 as reserved,
				count(*) filter (where state = 'assigned')::float8 as assigned,
				count(*) filter (where state = 'removed')::float8 as removed
			from :schema.codes
			join :schema.pools on pools.id = codes.pool_id
			where codes.pool_id = $1 and codes.batch_id in (select id from chosen)
			group by codes.batch_id
		)
		select chosen.id, file_name as "fileName", created_at as "addedAt", received, added,
			duplicates_in_file as "duplicatesInFile", already_in_pool as "alreadyInPool",
			in_other_pools as "inOtherPools", invalid,
			coalesce(available, 0) as available, coalesce(reserved, 0) as reserved,
			coalesce(assigned, 0) as assigned, coalesce(removed, 0) as removed,
			coalesce(expired, 0) as "expiredUnassigned", undone_at as "undoneAt",
			array[chosen.id::text] as place
		from chosen
		left join counted on counted.batch_id = chosen.id
		order by chosen.id desc`,
		where.values,
	);
}
