import type { Database } from '../database/database';
import { findPool } from './find-pool';
import type { PoolType } from './pool';

const knownTypes = new WeakMap<Database, Map<string, PoolType>>();

/**
 * The type of a pool. Since it never changes, the database is asked once; a pool that is deleted later still has an
 * answer here.
 *
 * @throws CouponPoolsError `pool_not_found`
 */
export async function typeOfPool(database: Database, poolId: string): Promise<PoolType> {
	const types = knownTypes.get(database) ?? new Map<string, PoolType>();
	knownTypes.set(database, types);
	const known = types.get(poolId);
	if (known !== undefined) {
		return known;
	}
	const { type } = await findPool(database, { id: poolId });
	types.set(poolId, type);
	return type;
}
