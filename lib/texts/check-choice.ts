import { invalidInput } from '../errors';

/**
 * Checks that a value is one of the words that an option knows. A script or an expression may bring any other, which
 * would count as the last of them: a misspelt kind of expiry as none.
 *
 * @param field what the person who filled it in calls it
 * @throws CouponPoolsError `invalid_input`
 */
export function checkChoice<Choice extends string>(
	value: unknown,
	field: string,
	choices: readonly Choice[],
): Choice {
	const choice = choices.find((one) => one === value);
	if (choice === undefined) {
		const shown = String(JSON.stringify(value)).slice(0, 80);
		throw invalidInput(`${field} cannot be ${shown}`, `Choose one of ${choices.join(', ')}.`);
	}
	return choice;
}
