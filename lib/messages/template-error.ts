import { CouponPoolsError } from '../errors';
import type { MessagePart } from './message';

/** Where in a template something stands. */
export interface Place {
	readonly part: MessagePart;
	/** From 1. */
	readonly line: number;
	/** As it is written there, `{{coupon.code}}`. */
	readonly source: string;
}

/** The error for a template that does not parse, or names what is not there. */
export function templateError(
	{ part, line }: Pick<Place, 'part' | 'line'>,
	what: string,
	hint: string,
	cause?: unknown,
): CouponPoolsError {
	return new CouponPoolsError('invalid_template', `In the ${part}, line ${line}: ${what}`, {
		hint,
		cause,
	});
}
