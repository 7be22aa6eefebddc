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

/** The error for a template that does not parse, or names something that does not exist. */
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

/** Adds to an error about a value where in the template it stands. */
export function inTemplate<Result>(place: Place, use: () => Result): Result {
	try {
		return use();
	} catch (cause) {
		if (!(cause instanceof CouponPoolsError)) throw cause;
		throw templateError(place, cause.message, cause.hint, cause);
	}
}

/** The error for a macro whose pool has no code to give: never a message with a hole, or with this text, in it. */
export function noCode({ part, line, source }: Place, reason: string): CouponPoolsError {
	return new CouponPoolsError(
		'code_not_found',
		`In the ${part}, line ${line}: there is no code for ${source}. ${reason}.`,
		{
			hint:
				'Upload codes to the pool or give it a default code. To send the message without one, put it ' +
				'between {{#if …}} and {{/if}}, or let missing codes be blank.',
		},
	);
}
