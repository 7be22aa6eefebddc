import type { Database } from '../database/database';
import type { PoolType } from '../pools/pool';
import { FEW, few, many, one } from './claim-statement';
import type { IfAlreadyAssigned } from './coupon';

/** Who asks; the texts are checked already. */
export interface Asked {
	readonly recipient: string;
	readonly campaign: string;
	readonly requestId: string | null;
}

/** What a recipient may get. */
export interface Rule {
	readonly ifAlreadyAssigned: IfAlreadyAssigned;
	readonly withinHours: number;
	readonly wholePool: boolean;
	/** Put the code on hold for this long; null gives it for good. */
	readonly holdMinutes: number | null;
}

export interface Claim {
	poolId: string;
	poolType: PoolType;
	asked: readonly Asked[];
	rule: Rule;
	/** Wait for codes that others are taking right now, instead of passing over them. */
	waitForLocked: boolean;
	/** The stock is known to be empty: give the default code where there is one. */
	giveDefault: boolean;
	/** Most recipients are expected to have no code of the pool yet; this matters for speed alone. */
	mostlyNew: boolean;
}

/** What the statement says of one request. */
export interface ClaimRow {
	outcome: /** A code was taken for it now. */
	| 'assigned'
		/** The recipient's present code again. */
		| 'repeat'
		/** This request id was answered before: the same assignment. */
		| 'answered'
		/**
		 * Somebody else was quicker with this recipient, or an earlier item of the same recipient goes first: ask again.
		 */
		| 'lost'
		/** No code to be had. */
		| 'short'
		| 'pool_inactive'
		| 'not_started'
		| 'pool_expired'
		| 'never_assigned'
		| 'code_expired'
		/** This request id was answered before, with a code that has been taken back since. */
		| 'released';
	/** Whether the request is the one that took the code. */
	initial: boolean;
	pool: string;
	assignment_id: string | null;
	/** Null for a new assignment, where it is the request's; so is the campaign. */
	recipient: string | null;
	campaign: string | null;
	source: 'pool' | 'default' | null;
	code: string | null;
	expires_at: Date | null;
	assigned_at: Date | null;
	held_until: Date | null;
	redeemed_at: Date | null;
}

/**
 * Answers all requests in one statement (see `claim-statement.ts`): each is given a code, or told what it has, or comes
 * back as `lost` or `short`. The rows are in the order of the requests; there are none if there is no such pool.
 */
export async function claim(database: Database, request: Claim): Promise<ClaimRow[]> {
	const { asked, rule } = request;
	// The codes of a dynamic pool are given like those of a unique one.
	const kind = request.poolType === 'shared' ? 'shared' : 'unique';
	const lock = request.waitForLocked ? 'waiting' : 'passing';
	const values = [
		request.poolId,
		asked.map(({ recipient }) => recipient),
		asked.map(({ campaign }) => campaign),
		asked.map(({ requestId }) => requestId),
		rule.ifAlreadyAssigned,
		rule.withinHours,
		rule.wholePool,
		asked.length,
		request.giveDefault,
		rule.holdMinutes,
	];
	// Prepared, since planning takes twice as long as running for a single request, and as long for a few.
	if (asked.length === 1) {
		return await database.queryPrepared(`claim ${kind} ${lock}`, one[kind][lock], values);
	}
	const recipients = new Set(asked.map(({ recipient }) => recipient));
	const form = recipients.size === asked.length ? 'distinct' : 'repeated';
	return asked.length <= FEW
		? await database.queryPrepared(`claim ${form} ${kind} ${lock}`, few[form][kind][lock], values)
		: await database.query(many[form][kind][lock], values);
}
