import { WHY_CLOSED } from '../stock/why-closed';
import type { CheckedRequest } from './check-requests';
import type { NoCodeReason, NoCoupon } from './coupon';

const sentences: Readonly<Record<NoCodeReason, (pool: string) => string>> = {
	out_of_stock: (pool) => `The pool ${pool} has no code left`,
	inside_cutoff: (pool) => `The codes left in the pool ${pool} expire within its expiration cutoff`,
	pool_inactive: (pool) => `The pool ${pool} ${WHY_CLOSED.inactive}`,
	pool_expired: (pool) => `The pool ${pool} ${WHY_CLOSED.expired}`,
	not_started: (pool) => `The pool ${pool} ${WHY_CLOSED.not_started}`,
	never_assigned: (pool) =>
		`The recipient never had a code of the pool ${pool} that could be repeated`,
	code_expired: (pool) => `The recipient’s code of the pool ${pool} has expired`,
	released: (pool) => `The code of the pool ${pool} for this Request ID was taken back`,
};

export function noCoupon(reason: NoCodeReason, pool: string, request: CheckedRequest): NoCoupon {
	return {
		code: null,
		reason,
		message: sentences[reason](pool),
		pool,
		campaign: request.campaign,
		recipient: request.recipient,
	};
}
