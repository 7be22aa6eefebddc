import type { Database } from '../database/database';
import { notHeld } from './release';

/**
 * Records that the recipient used the code in an order. Doing so twice is harmless: the first time counts.
 *
 * @returns when it was redeemed
 * @throws CouponPoolsError `code_not_found` if nobody holds the code
 */
export async function redeem(
	database: Database,
	poolId: string,
	assignmentId: string,
): Promise<Date> {
	const [redeemed] = await database.query<{ redeemed_at: Date }>(
		`with redeemed as (
			update :schema.assignments set redeemed_at = now()
			where pool_id = $1 and id = $2 and released_at is null and redeemed_at is null
			returning id, code, copy, redeemed_at
		), logged as (
			insert into :schema.events (pool_id, kind, assignment_id, code, copy)
			select $1, 'redeemed', id, code, copy from redeemed
		)
		select redeemed_at from redeemed`,
		[poolId, assignmentId],
	);
	if (redeemed !== undefined) {
		return redeemed.redeemed_at;
	}
	const [before] = await database.query<{ redeemed_at: Date }>(
		`select redeemed_at from :schema.assignments
		where pool_id = $1 and id = $2 and released_at is null and redeemed_at is not null`,
		[poolId, assignmentId],
	);
	if (before === undefined) {
		throw notHeld(assignmentId, 'redeemed');
	}
	return before.redeemed_at;
}
