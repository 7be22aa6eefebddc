import type { Database } from '../database/database';
import { checkText } from '../texts/check-text';
import { redeemOrders } from './redeem-orders';
import type { RedeemResult } from './redeem-result';

export interface RedeemCodeOptions {
	/** Where the code is looked for. Default: all pools. */
	poolId?: string;
	/** Only the pools of this merchant; empty for those without one. */
	merchant?: string;
	/** The shop's order; up to 255 characters. */
	orderId?: string;
	/** Who used it. Needed only for a code that several people hold. */
	recipient?: string;
}

/**
 * Records that a code was used in an order. The same order sent again changes nothing; of two orders, the first
 * one counts. A shop also has codes that are not ours: these are an answer, not an error.
 *
 * @returns the answer, and the pool whose code was redeemed
 * @throws CouponPoolsError `pool_not_found`; `invalid_input`
 */
export async function redeemCode(
	database: Database,
	code: string,
	options: RedeemCodeOptions = {},
): Promise<{ result: RedeemResult; poolId?: string }> {
	const text = checkText(code, { field: 'Code', least: 1, most: 255 });
	const { orderId = '', recipient, poolId, merchant } = options;
	const { results, poolIds } = await redeemOrders(
		database,
		[{ orderId, codes: [text], customer: recipient }],
		{ poolId, merchant },
	);
	return { result: results[0][0], poolId: [...poolIds][0] };
}
