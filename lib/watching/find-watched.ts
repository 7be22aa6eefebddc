import { isId } from '../database/check-id';
import type { Session } from '../database/database';
import { poolNotFound } from '../pools/find-pool';
import type { WatchedPools } from './pool-event';

/**
 * The ids of the pools that are watched now, in order. If pools are chosen by id, those that no longer exist are left
 * out.
 */
export async function findWatched(session: Session, pools: WatchedPools): Promise<string[]> {
	const merchant = typeof pools === 'object' && 'merchant' in pools ? pools.merchant : null;
	const ids = typeof pools === 'object' && 'ids' in pools ? pools.ids : null;
	const rows = await session.query<{ id: string }>(FIND, [merchant, ids]);
	return rows.map(({ id }) => id);
}

/**
 * Checks the choice of pools. One of several may be deleted at any time; the others are then watched.
 *
 * @throws CouponPoolsError `pool_not_found` if pools are chosen by id and none of them exists, or one is not an id
 */
export async function expectWatched(session: Session, pools: WatchedPools): Promise<void> {
	if (typeof pools === 'string' || !('ids' in pools)) {
		return;
	}
	const malformed = pools.ids.find((id) => !isId(id));
	if (malformed !== undefined) {
		throw poolNotFound(malformed);
	}
	if ((await findWatched(session, pools)).length === 0) {
		throw poolNotFound(pools.ids[0]);
	}
}

const FIND = `
	select id from :schema.pools
	where case when $2::bigint[] is null
		then archived_at is null and ($1::text is null or merchant = $1)
		else id = any ($2::bigint[])
	end
	order by id`;
