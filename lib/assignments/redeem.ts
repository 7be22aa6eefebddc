import { isId } from '../database/check-id';
import type { Database } from '../database/database';
import { retried } from '../database/retry';
import { redeemAll } from './redeem-all';
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
 * @throws CouponPoolsError `code_not_found` if nobody holds the code
 */
export async function redeem(
	database: Database,
	poolId: string,
	assignmentId: string,
	options: { orderId?: string } = {},
): Promise<Redemption> {
	if (!isId(assignmentId)) {
		throw notHeld(assignmentId, 'redeemed');
	}
	const order = { poolId, assignmentId, orderId: options.orderId ?? '' };
	const [redeemed] = await retried(async () => await redeemAll(database, [order]));
	if (redeemed === undefined) {
		throw notHeld(assignmentId, 'redeemed');
	}
	const { first, redeemedAt, orderId } = redeemed;
	return { first, redeemedAt, orderId };
}
