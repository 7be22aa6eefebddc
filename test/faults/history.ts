import type { CouponPools } from '../../lib';

/** A call of the library, as it can be sent to another process. */
export interface Call {
	readonly method: keyof CouponPools;
	readonly args: readonly unknown[];
}

export type Outcome =
	| { readonly kind: 'answer'; readonly answer: unknown }
	| {
			readonly kind: 'error';
			readonly code: string;
			readonly message: string;
			readonly hint: string;
	  }
	/** The process was gone before it answered: the call may or may not have taken effect. */
	| { readonly kind: 'unknown' };

/** A call and what its caller saw. */
export interface Entry {
	readonly call: Call;
	readonly outcome: Outcome;
}

/** Whether the call may nevertheless have taken effect: nobody can tell, so it is made again. */
export function isOpen(outcome: Outcome): boolean {
	return (
		outcome.kind === 'unknown' || (outcome.kind === 'error' && outcome.code.startsWith('database_'))
	);
}

/** All calls of one method that were answered, with their answers. */
export function answered<Answer>(
	history: readonly Entry[],
	method: Call['method'],
): Array<{ args: readonly unknown[]; answer: Answer }> {
	return history.flatMap(({ call, outcome }) =>
		call.method === method && outcome.kind === 'answer'
			? [{ args: call.args, answer: outcome.answer as Answer }]
			: [],
	);
}
