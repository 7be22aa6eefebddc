import { checkChoice } from './check-choice';

/**
 * Whether something is switched on. Expressions may bring it as a text, and to JavaScript the text `false` is as true
 * as any other.
 *
 * @param field what the person who filled it in calls it
 * @throws CouponPoolsError `invalid_input`
 */
export function checkFlag(value: unknown, field: string): boolean {
	if (typeof value === 'boolean') {
		return value;
	}
	const word = typeof value === 'string' ? value.trim().toLowerCase() : value;
	return checkChoice(word, field, ['true', 'false']) === 'true';
}
