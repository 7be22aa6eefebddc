import type { CodeForm } from '../codes/code-form';
import { codeLength, formSpace } from '../codes/code-form';
import { invalidInput } from '../errors';

/**
 * The share of the codes possible with a form that is made at most: as in Magento (`Massgenerator`), so that a guess
 * mostly misses, and a new code is mostly unknown to the shop.
 */
const MOST_USED = 0.25;

const LONGEST_CODE = 255;

/**
 * Checks that the form has room for `wanted` codes in all.
 *
 * @throws CouponPoolsError `invalid_input` with the length needed
 */
export function checkRoom(form: Required<CodeForm>, wanted: number): void {
	if (wanted <= formSpace(form) * MOST_USED) {
		return;
	}
	let length = form.length;
	while (wanted > formSpace({ ...form, length }) * MOST_USED) length++;
	throw invalidInput(
		`Codes with ${form.length} random characters are too few for ${wanted.toLocaleString('en')}: at most a quarter of all that are possible is made, so that a guess mostly misses`,
		`Choose a length of at least ${length}, or allow more characters.`,
	);
}

/** Checks that shops can work with codes of the form. @throws CouponPoolsError `invalid_input` */
export function checkFormForShops(form: Required<CodeForm>): void {
	if (new Set(form.alphabet.toLowerCase()).size < form.alphabet.length) {
		throw invalidInput(
			`Characters ${JSON.stringify(form.alphabet)} have a letter both large and small, which shops do not tell apart`,
			'Use capital letters only, or small ones only.',
		);
	}
	if (/[^\x21-\x7e]/.test(form.prefix)) {
		throw invalidInput(
			`The prefix ${JSON.stringify(form.prefix)} has characters that customers cannot type everywhere`,
			'Use letters from A to Z, digits, and signs such as - or _.',
		);
	}
	if (codeLength(form) > LONGEST_CODE) {
		throw invalidInput(
			`The codes would have ${codeLength(form)} characters; shops take ${LONGEST_CODE}`,
			'Shorten the prefix or the length.',
		);
	}
}
