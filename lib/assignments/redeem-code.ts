import { checkText } from '../pools/check-text';
import { findPool } from '../pools/find-pool';
import type { Database } from '../database/database';
import { checkRequest } from './check-requests';
import { findHolders, type Holder } from './find-holders';
import { redeem } from './redeem';

export interface RedeemCodeOptions {
	/** Where the code is looked for. Default: all pools. */
	poolId?: string;
	/** The shop's order; up to 255 characters. */
	orderId?: string;
	/** Who used it. Needed only for a code that several people hold. */
	recipient?: string;
}

/** What became of a code that a shop reports as used. */
export type RedeemResult = Redeemed | NotRedeemed;

export interface Redeemed {
	readonly redeemed: true;
	readonly code: string;
	/** Whether it is this call that redeemed it; false if it was redeemed before. */
	readonly first: boolean;
	readonly redeemedAt: Date;
	/** The order in which it was used first. */
	readonly orderId: string | null;
	readonly pool: string;
	readonly recipient: string;
	readonly assignmentId: string;
}

export interface NotRedeemed {
	readonly redeemed: false;
	readonly code: string;
	/** `unknown_code`: nobody was given it by these pools. `several_holders`: it takes a recipient to tell which. */
	readonly reason: 'unknown_code' | 'several_holders';
	readonly message: string;
}

/**
 * Records that a code was used in an order. The same order sent again changes nothing; of two orders, the first
 * one counts. A shop also has codes that are not ours: these are an answer, not an error.
 *
 * @throws CouponPoolsError `pool_not_found`; `invalid_input`
 */
export async function redeemCode(
	database: Database,
	code: string,
	options: RedeemCodeOptions = {},
): Promise<RedeemResult> {
	const text = checkText(code, { field: 'Code', least: 1, most: 255 });
	const orderId = checkText(options.orderId ?? '', { field: 'Order ID', most: 255 });
	const recipient = options.recipient?.trim()
		? checkRequest({ recipient: options.recipient }).recipient
		: undefined;
	if (options.poolId !== undefined) {
		await findPool(database, { id: options.poolId });
	}
	const holders = await findHolders(database, text, { poolId: options.poolId, recipient });
	if (holders.length !== 1) {
		return notRedeemed(text, holders);
	}
	const [{ poolId, assignmentId, pool, recipient: holder }] = holders;
	const done = await redeem(database, poolId, assignmentId, { orderId });
	return { redeemed: true, code: text, ...done, pool, recipient: holder, assignmentId };
}

function notRedeemed(code: string, holders: readonly Holder[]): NotRedeemed {
	return holders.length === 0
		? {
				redeemed: false,
				code,
				reason: 'unknown_code',
				message: `Nobody holds the code ${code}: it is not one of these pools, or was released`,
			}
		: {
				redeemed: false,
				code,
				reason: 'several_holders',
				message: `Several recipients or pools have given the code ${code}: name the recipient, or the pool`,
			};
}
