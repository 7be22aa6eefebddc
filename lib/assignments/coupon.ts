/** What a recipient is given. */
export interface Coupon {
	readonly code: string;
	/** When the code stops being valid; null for never. */
	readonly expiresAt: Date | null;
	/** The pool's name. */
	readonly pool: string;
	readonly campaign: string;
	readonly recipient: string;
	/** `pool`: one of its codes; `default`: its default code; `preview`: an example that took nothing. */
	readonly source: 'pool' | 'default' | 'preview';
	/** `initial`: given now for the first time; `repeat`: the recipient held it already. */
	readonly issue: 'initial' | 'repeat';
	readonly assignedAt: Date;
	/** Until when the code is on hold, to be confirmed or given back; null once it is given for good. */
	readonly heldUntil: Date | null;
	/** When the code was used in an order; null if it was not. */
	readonly redeemedAt: Date | null;
	/** Null for a preview. */
	readonly assignmentId: string | null;
}

/** Why there is no code. `code` is null, so that `result.code` tells the two apart. */
export interface NoCoupon {
	readonly code: null;
	readonly reason: NoCodeReason;
	/** The reason as a sentence. */
	readonly message: string;
	readonly pool: string;
	readonly campaign: string;
	readonly recipient: string;
}

export type AssignResult = Coupon | NoCoupon;

export type NoCodeReason =
	/** Nothing left that may be given. */
	| 'out_of_stock'
	/** Codes are left, but all expire within the pool's expiration cutoff. */
	| 'inside_cutoff'
	| 'pool_inactive'
	| 'pool_expired'
	| 'not_started'
	/** Only Repeat, and the recipient never had a code. */
	| 'never_assigned'
	/** The recipient's code is to be repeated, but it has expired. */
	| 'code_expired'
	/** The Request ID was answered before with a code that was taken back, or whose hold ended. */
	| 'released';

/** Who is to get a code. */
export interface AssignRequest {
	/** The workflow's own id of the person, mostly an e-mail address; 1 to 512 characters. */
	recipient: string;
	/** What the code is given for; up to 255 characters. */
	campaign?: string;
	/** The same id always returns the same assignment; up to 512 characters. */
	requestId?: string;
}

/** What a recipient who already holds a code gets (the re-issue policy). */
export type IfAlreadyAssigned =
	/** The same code within `withinHours` of its assignment, then a new one. */
	| 'sameWithin'
	| 'sameUntilExpires'
	| 'sameUntilRedeemed'
	| 'alwaysSame'
	| 'alwaysNew'
	/** The last code again, as a reminder; none if there was none. */
	| 'onlyRepeat';

export interface AssignOptions {
	/** Default: `sameWithin` 24 hours. */
	ifAlreadyAssigned?: IfAlreadyAssigned;
	/** Hours for `sameWithin`. Default 24. */
	withinHours?: number;
	/** Where an earlier code counts: in this campaign (default) or in the whole pool. */
	scope?: 'campaign' | 'pool';
	/** Only hold the code for this many minutes, up to 43,200 (30 days): then `confirm` it, or it goes back. */
	holdMinutes?: number;
	/** Trim the recipient, and lower-case it if it is an e-mail address. Default true. */
	normalizeRecipient?: boolean;
}
