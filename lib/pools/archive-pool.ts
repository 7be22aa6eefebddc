import { isId } from '../database/check-id';
import type { Session } from '../database/database';
import { poolColumns, readPool, type PoolRow } from './columns';
import { poolNotFound } from './find-pool';
import type { Pool } from './pool';

/**
 * Takes a pool out of use: it gives no code, and lists leave it out. What was assigned stays valid and can be
 * redeemed. Archiving twice is harmless.
 *
 * @throws CouponPoolsError `pool_not_found`
 */
export async function archivePool(session: Session, poolId: string): Promise<Pool> {
	return await change(session, poolId, ARCHIVE);
}

/**
 * Brings an archived pool back, active if it was so before.
 *
 * @throws CouponPoolsError `pool_not_found`
 */
export async function restorePool(session: Session, poolId: string): Promise<Pool> {
	return await change(session, poolId, RESTORE);
}

async function change(session: Session, poolId: string, statement: string): Promise<Pool> {
	const [row] = isId(poolId) ? await session.query<PoolRow>(statement, [poolId]) : [];
	if (row === undefined) {
		throw poolNotFound(poolId);
	}
	return readPool(row);
}

const ARCHIVE = `
	update :schema.pools
	set archived_at = coalesce(archived_at, now()), active = false, updated_at = now(),
		active_before_archive = case when archived_at is null then active else active_before_archive end
	where id = $1
	returning ${poolColumns}`;

const RESTORE = `
	update :schema.pools
	set archived_at = null, active = coalesce(active_before_archive, active), updated_at = now(),
		active_before_archive = null
	where id = $1
	returning ${poolColumns}`;
