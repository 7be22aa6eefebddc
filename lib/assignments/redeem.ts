import { isId } from '../database/check-id';
import type { Database } from '../database/database';
import { checkText } from '../pools/check-text';
import { notHeld } from './release';

/** When a code was used, and in which order. */
export interface Redemption {
	/** Whether it is this call that redeemed it; false if it was redeemed before. */
	readonly first: boolean;
	readonly redeemedAt: Date;
	readonly orderId: string | null;
}

/**
 * Records that the recipient used the code in an order. Doing so twice is harmless: the first time counts.
 *
 * @param options.orderId the shop's order; up to 255 characters
 * @throws CouponPoolsError `code_not_found` if nobody holds the code; `invalid_input`
 */
export async function redeem(
	database: Database,
	poolId: string,
	assignmentId: string,
	options: { orderId?: string } = {},
): Promise<Redemption> {
	const orderId = checkText(options.orderId ?? '', { field: 'Order ID', most: 255 }) || null;
	if (!(isId(poolId) && isId(assignmentId))) {
		throw notHeld(assignmentId, 'redeemed');
	}
	const [now] = await database.query<Omit<Redemption, 'first'>>(REDEEM, [
		poolId,
		assignmentId,
		orderId,
	]);
	if (now !== undefined) {
		return { first: true, ...now };
	}
	const [before] = await database.query<Omit<Redemption, 'first'>>(REDEEMED_BEFORE, [
		poolId,
		assignmentId,
	]);
	if (before === undefined) {
		throw notHeld(assignmentId, 'redeemed');
	}
	return { first: false, ...before };
}

const REDEEM = `
	with redeemed as (
		update :schema.assignments set redeemed_at = now(), order_id = $3
		where pool_id = $1 and id = $2 and released_at is null and redeemed_at is null
		returning id, code, copy, redeemed_at, order_id
	), logged as (
		insert into :schema.events (pool_id, kind, assignment_id, code, copy)
		select $1, 'redeemed', id, code, copy from redeemed
	)
	select redeemed_at as "redeemedAt", order_id as "orderId" from redeemed`;

const REDEEMED_BEFORE = `
	select redeemed_at as "redeemedAt", order_id as "orderId" from :schema.assignments
	where pool_id = $1 and id = $2 and released_at is null and redeemed_at is not null`;
