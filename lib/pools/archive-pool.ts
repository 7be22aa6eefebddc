import { isId } from '../database/check-id';
import type { Session } from '../database/database';
import { poolColumns, readPool, type PoolRow } from './columns';
import { poolNotFound } from './find-pool';
import type { Pool } from './pool';
import { nameSome, workflowsUsing } from './where-used';

/** The pool, and what somebody should know of; null if there is nothing. */
export type ArchivedPool = Pool & { readonly warning: string | null };

/**
 * Takes a pool out of use: it gives no code, and lists leave it out. What was assigned stays valid and can be redeemed.
 * Archiving twice is harmless. Workflows that use it go on without codes: the warning names them.
 *
 * @throws CouponPoolsError `pool_not_found`
 */
export async function archivePool(session: Session, poolId: string): Promise<ArchivedPool> {
	const pool = await change(session, poolId, ARCHIVE);
	const users = await workflowsUsing(session, poolId);
	const warning =
		users.length === 0
			? null
			: `Used by ${nameSome(users)}: they get no code from it any more. Where Used of the pool lists their steps.`;
	return { ...pool, warning };
}

/**
 * Brings an archived pool back, active if it was active before.
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

/** The first time counts. `least`, since a Citus cluster does not allow `coalesce` with the present time. */
const ARCHIVE = `
	update :schema.pools
	set archived_at = least(archived_at, now()), active = false, updated_at = now(),
		active_before_archive = case when archived_at is null then active else active_before_archive end
	where id = $1
	returning ${poolColumns}`;

const RESTORE = `
	update :schema.pools
	set archived_at = null, active = coalesce(active_before_archive, active), updated_at = now(),
		active_before_archive = null
	where id = $1
	returning ${poolColumns}`;
