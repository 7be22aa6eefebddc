import { isId } from '../database/check-id';
import type { Database } from '../database/database';
import { redeemAll } from './redeem-all';
import { checkText } from '../texts/check-text';
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
	const orderId = checkText(options.orderId ?? '', { field: 'Order ID', most: 255 });
	if (!(isId(poolId) && isId(assignmentId))) {
		throw notHeld(assignmentId, 'redeemed');
	}
	const [redeemed] = await redeemAll(database, [{ poolId, assignmentId, orderId }]);
	if (redeemed === undefined) {
		throw notHeld(assignmentId, 'redeemed');
	}
	return { first: redeemed.first, redeemedAt: redeemed.redeemedAt, orderId: redeemed.orderId };
}
