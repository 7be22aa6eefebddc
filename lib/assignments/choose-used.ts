import type { Candidate, UsedCode } from './find-used-codes';
import { notRedeemed, type NotRedeemed } from './redeem-result';

/** An assignment that is to be redeemed. */
export type Held = Candidate & { readonly assignmentId: string; readonly recipient: string };

/**
 * Which assignment a used code refers to, or why to none.
 *
 * The exact spelling takes precedence. A unique code counts for its holder, whoever paid for the order. A code that
 * many hold counts for the order's customer; where no customer is known, it must have a single holder.
 *
 * @param candidates all that the code may mean
 */
export function chooseUsed(
	{ code, orderId, customers }: UsedCode & { orderId: string },
	candidates: readonly Candidate[],
): Held | NotRedeemed {
	const exact = candidates.filter((candidate) => candidate.exact);
	const spelt = exact.length > 0 ? exact : candidates;
	if (spelt.length === 0) {
		return notRedeemed(code, 'unknown_code', `The code ${code} is not a code of these pools`);
	}
	const held = spelt.filter(isHeld);
	if (held.length === 0) {
		return notRedeemed(
			code,
			'not_assigned',
			`The code ${code} is in the stock of ${spelt[0].pool}: nobody was given it, or it was taken back`,
		);
	}
	const own = held.filter((candidate) => candidate.own);
	const whose =
		own.length > 0 ? own : held.filter(({ unique }) => unique || customers.length === 0);
	if (whose.length === 0) {
		return notRedeemed(
			code,
			'not_assigned',
			`The code ${code} is of ${held[0].pool}, which has not given it to ${customers[0]}`,
		);
	}
	const before = whose.find((candidate) => orderId !== '' && candidate.orderId === orderId);
	if (before !== undefined) {
		return before;
	}
	if (new Set(whose.map(meaning)).size > 1) {
		return notRedeemed(
			code,
			'several_holders',
			`Several recipients hold the code ${code}, or several pools have it: name the recipient, or the pool`,
		);
	}
	return whose.find(({ redeemedAt }) => redeemedAt === null) ?? whose[0];
}

function isHeld(candidate: Candidate): candidate is Held {
	return candidate.assignmentId !== null && candidate.recipient !== null;
}

/** A code given twice to the same recipient is still the same code and the same recipient. */
function meaning({ poolId, code, recipient }: Held): string {
	return JSON.stringify([poolId, code, recipient]);
}
