/** What became of a code that a shop reports as used. */
export type RedeemResult = Redeemed | NotRedeemed;

export interface Redeemed {
	readonly redeemed: true;
	/** As it was assigned; the shop may have reported it in other upper and lower case. */
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
	readonly reason: NotRedeemedReason;
	readonly message: string;
}

export type NotRedeemedReason =
	/** Not one of these pools: the shop has codes of its own. */
	| 'unknown_code'
	/** One of these pools, but nobody was given it, or not this customer. */
	| 'not_assigned'
	/** It takes a customer, a pool or the exact spelling to tell which is meant. */
	| 'several_holders'
	/** The order came to nothing. */
	| 'order_cancelled'
	| 'order_refunded'
	| 'order_failed'
	/** It is a cart, a checkout or a draft. */
	| 'order_not_placed';

export function notRedeemed(code: string, reason: NotRedeemedReason, message: string): NotRedeemed {
	return { redeemed: false, code, reason, message };
}
