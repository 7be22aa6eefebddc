import { randomBytes } from 'node:crypto';

import { invalidInput } from '../errors';
import { codeProblem } from './check-code';

/** What generated codes look like: `SAVE-7F3K-QW9M` has the prefix `SAVE-`, the length 8, and a dash every 4. */
export interface CodeForm {
	/** Stands before the random characters as it is. Default: none. */
	readonly prefix?: string;
	/** Random characters; prefix and dashes come on top. Default 8. */
	readonly length?: number;
	/** How many random characters stand between dashes; 0 (default) for no dashes. */
	readonly dashEvery?: number;
	/** The characters to draw from, each equally often. Default: capitals and digits without look-alikes. */
	readonly alphabet?: string;
}

/** Without 0 and O, 1, I and L, which people mistake for each other when they type a code. */
export const READABLE_ALPHABET = '23456789ABCDEFGHJKMNPQRSTUVWXYZ';

/** The form with its defaults. @throws CouponPoolsError `invalid_input` if no code could have it */
export function checkForm(form: CodeForm): Required<CodeForm> {
	const { prefix = '', length = 8, dashEvery = 0, alphabet = READABLE_ALPHABET } = form;
	if (!Number.isInteger(length) || length < 1 || length > LONGEST) {
		throw invalidInput(
			`The length of the codes is ${length}`,
			`Give a whole number of random characters from 1 to ${LONGEST}.`,
		);
	}
	if (!Number.isInteger(dashEvery) || dashEvery < 0) {
		throw invalidInput(
			`The codes are to have a dash every ${dashEvery} characters`,
			'Give a whole number, or 0 for no dashes.',
		);
	}
	if (!/^[A-Za-z0-9]{2,}$/.test(alphabet) || new Set(alphabet).size < alphabet.length) {
		throw invalidInput(
			`Characters ${JSON.stringify(alphabet.slice(0, 80))} cannot be drawn from`,
			'Give at least two different letters or digits (A to Z, a to z, 0 to 9), each of them once.',
		);
	}
	const checked = { prefix, length, dashEvery, alphabet };
	const problem = codeProblem(shape(checked, alphabet[0].repeat(length)));
	if (problem !== null) {
		throw invalidInput(
			`A code with the prefix ${JSON.stringify(prefix.slice(0, 80))} and ${length} random characters ${problem}`,
			'Change the prefix or the length.',
		);
	}
	return checked;
}

const LONGEST = 200;

/** Codes of the form, drawn with the system's secure randomness; the same one may occur twice. */
export function drawCodes(form: Required<CodeForm>, count: number): string[] {
	const { length, alphabet } = form;
	const letters = randomLetters(alphabet, count * length);
	return Array.from({ length: count }, (_, at) =>
		shape(form, letters.slice(at * length, (at + 1) * length)),
	);
}

/** Examples of the form; they are not stored, and nothing keeps them from being drawn again. */
export function previewCodes(form: CodeForm = {}, count = 3): string[] {
	return drawCodes(checkForm(form), count);
}

/** How many different codes the form has: a number that JSON can hold, even if there are more. */
export function formSpace({ alphabet, length }: Required<CodeForm>): number {
	return Math.min(alphabet.length ** length, Number.MAX_VALUE);
}

/** Characters of a code of the form, with prefix and dashes. */
export function codeLength({ prefix, length, dashEvery }: Required<CodeForm>): number {
	return prefix.length + length + (dashEvery > 0 ? Math.ceil(length / dashEvery) - 1 : 0);
}

function shape({ prefix, dashEvery }: Required<CodeForm>, letters: string): string {
	if (dashEvery === 0 || letters.length <= dashEvery) {
		return prefix + letters;
	}
	let code = prefix + letters.slice(0, dashEvery);
	for (let at = dashEvery; at < letters.length; at += dashEvery) {
		code += `-${letters.slice(at, at + dashEvery)}`;
	}
	return code;
}

/**
 * A byte above the largest multiple of the alphabet's size is drawn again: taking the remainder of all 256
 * values would give the first letters more often than the last.
 */
function randomLetters(alphabet: string, count: number): string {
	const usable = 256 - (256 % alphabet.length);
	let letters = '';
	while (letters.length < count) {
		for (const byte of randomBytes(Math.min(count - letters.length, MOST_BYTES))) {
			if (byte < usable) {
				letters += alphabet[byte % alphabet.length];
			}
		}
	}
	return letters;
}

const MOST_BYTES = 64 * 1024;
