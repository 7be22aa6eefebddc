import { stageNewCodes } from '../codes/generate';
import { storeBatch } from '../codes/store-batch';
import type { Database } from '../database/database';
import type { Dynamic } from '../pools/dynamic-settings';
import { poolNotFound } from '../pools/find-pool';
import type { Pool } from '../pools/pool';
import { checkRoom } from './check-room';
import type { RefillPlan } from './refill';

/**
 * Makes codes here, without a shop, until `target` are available: as a batch, all of them or none. Codes made on the
 * spot join the batch of their hour.
 *
 * @returns how many were made
 * @throws CouponPoolsError `invalid_input` if the form can make no more codes; `pool_not_found` if the pool was deleted
 */
export async function refillLocally(
	database: Database,
	pool: Pool,
	dynamic: Dynamic,
	target: number,
	purpose: RefillPlan['purpose'] = 'ahead',
): Promise<number> {
	return await database.transaction(async (session) => {
		// One at a time: otherwise two would each make the codes that the other makes as well.
		await session.query('select from :schema.dynamic_pools where pool_id = $1 for update', [
			pool.id,
		]);
		const [stock] = await session.query<Stock>(LOOK, [pool.id]);
		if (stock === undefined) {
			throw poolNotFound(pool.id);
		}
		const { available, total, now } = stock;
		const wanted = target - available;
		if (wanted <= 0) {
			return 0;
		}
		checkRoom(dynamic.form, total + wanted);
		const { form, expiresAfterDays: days } = dynamic;
		const expiry = days === null ? null : String(now + days * 86_400);
		await stageNewCodes(session, pool.id, { form, count: wanted, expiry });
		const { added } = await storeBatch(
			session,
			pool.id,
			{ fileName: 'Made here', contentHash: null, received: wanted, invalid: 0, staged: wanted },
			{ uniqueAcrossPools: false, onTheSpot: purpose === 'onTheSpot' },
		);
		return added;
	});
}

interface Stock {
	readonly available: number;
	readonly total: number;
	/** Seconds since 1970 by the database's clock, which decides whether a code has expired. */
	readonly now: number;
}

const LOOK = `
	select extract(epoch from now())::float8 as now,
		(
			select count(*)::int from :schema.codes
			where pool_id = $1 and state = 'available' and expires_at > now() + pools.expiration_cutoff
		) as available,
		(select coalesce(sum(added), 0)::float8 from :schema.batches where pool_id = $1) as total
	from :schema.pools
	where id = $1`;
