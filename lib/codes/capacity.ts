import type { Session } from '../database/database';
import { invalidInput } from '../errors';
import { checkForm, codeLength, formSpace, type CodeForm } from './code-form';

/**
 * The least number of guesses that finding a code must take, on average: where every thousandth text of the form is a
 * code, somebody who tries them in the shop finds one within minutes.
 */
const LEAST_GUESSES = 1_000;

/** From here on codes are safe: no shop lets anybody try so often. */
export const SAFE_GUESSES = 100_000;

/**
 * Checks that `count` codes of a form are hard to guess, including those of it that the pool already has.
 *
 * @returns how many guesses a code then takes
 * @throws CouponPoolsError `invalid_input` with the length that would do
 */
export async function checkCapacity(
	session: Session,
	poolId: string,
	form: Required<CodeForm>,
	count: number,
): Promise<number> {
	const held = await countOfForm(session, poolId, form);
	const guesses = Math.floor(formSpace(form) / (held + count));
	if (guesses >= LEAST_GUESSES) {
		return guesses;
	}
	// The pool may hold codes of that length too, but nearly always it has none.
	const length = Math.ceil(
		Math.log((held + count) * SAFE_GUESSES) / Math.log(form.alphabet.length),
	);
	const has = held > 0 ? `, of which the pool has ${held.toLocaleString('en-US')}` : '';
	throw invalidInput(
		`${form.length} random characters are too few for ${count.toLocaleString('en-US')} codes: there are ` +
			`${formSpace(form).toLocaleString('en-US')} of this form${has}, and one could be guessed`,
		`Set the length to ${checkForm({ ...form, length }).length} or more, or allow more characters.`,
	);
}

/** How many guesses a code of the form takes, with the pool as it is. */
export async function guessesPerCode(
	session: Session,
	poolId: string,
	form: Required<CodeForm>,
): Promise<number> {
	const held = await countOfForm(session, poolId, form);
	return Math.floor(formSpace(form) / Math.max(1, held));
}

async function countOfForm(
	session: Session,
	poolId: string,
	form: Required<CodeForm>,
): Promise<number> {
	const [{ held }] = await session.query<{ held: number }>(COUNT_OF_FORM, [
		poolId,
		form.prefix,
		codeLength(form),
	]);
	return held;
}

const COUNT_OF_FORM = `
	select count(*)::float8 as held
	from :schema.codes
	where pool_id = $1 and starts_with(code, $2) and length(code) = $3::int`;
