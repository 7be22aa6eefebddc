import type { Database } from '../database/database';
import { findPool } from '../pools/find-pool';
import { forgetSums } from '../reports/sum-up-use';
import { hourOf } from './tally';

/**
 * Counts a pool's codes anew, after its tables were changed by hand or restored in part. Assignments go on meanwhile:
 * what is counted and the sums that it replaces are of the same moment.
 *
 * @throws CouponPoolsError `pool_not_found`
 */
export async function recount(database: Database, poolId: string): Promise<void> {
	const pool = await findPool(database, { id: poolId });
	await database.transaction(async (session) => {
		// So that nobody folds sums meanwhile, which would make them appear twice.
		await session.query('select pool_id from :schema.fronts where pool_id = $1 for no key update', [
			pool.id,
		]);
		await session.query(RECOUNT, [pool.id]);
		await forgetSums(session, pool.id);
	});
}

/** Redemptions are counted for the pool, not by batch: as batch 0. */
const RECOUNT = `
	with forgotten as (
		delete from :schema.tallies where pool_id = $1
	)
	insert into :schema.tallies
		(pool_id, level, batch_id, expires_hour, available, reserved, assigned, removed, redeemed, used, used_hour)
	select $1, 1, codes.batch_id, ${hourOf('codes.expires_at')},
		count(*) filter (where state = 'available'), count(*) filter (where state = 'reserved'),
		count(*) filter (where state = 'assigned'), count(*) filter (where state = 'removed'), 0, 0, null::timestamptz
	from :schema.codes
	where codes.pool_id = $1
	group by codes.batch_id, ${hourOf('codes.expires_at')}
	union all
	select $1, 1, 0, null::timestamptz, 0, 0, 0, 0, count(redeemed_at), 0, null
	from :schema.assignments
	where pool_id = $1 and released_at is null and copy is not null
	union all
	select $1, 1, null, null, 0, 0, 0, 0, 0, count(*), ${hourOf('assigned_at')}
	from :schema.assignments
	where pool_id = $1 and source = 'pool' and assigned_at > now() - interval '8 days'
	group by ${hourOf('assigned_at')}`;
