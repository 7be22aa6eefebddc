import { randomBytes } from 'node:crypto';
import { invalidInput } from '../errors';

/** What codes look like: `VIP-` and 8 characters with a dash every 4 is `VIP-7F3K-2QWX`. */
export interface CodeForm {
	/** What every code begins with. */
	readonly prefix: string;
	/** How many random characters follow the prefix; dashes come on top. */
	readonly length: number;
	/** A dash after each so many of the random characters, never at an end; 0 for none. */
	readonly dashEvery: number;
	/** The characters that the random part is made of. */
	readonly alphabet: string;
}

/** Capital letters and digits, without those that are taken for one another (0 and O, 1 and I). */
export const READABLE_ALPHABET = 'ABCDEFGHJKLMNPQRSTUVWXYZ23456789';

const LONGEST_CODE = 255;

/**
 * At most this share of the codes that a form can make is made: as in Magento (`Massgenerator`), so that a guess
 * mostly misses and a new code is mostly unknown.
 */
const MOST_USED = 0.25;

/** The form with its defaults filled in. @throws CouponPoolsError `invalid_input` */
export function checkForm(form: Partial<CodeForm>): CodeForm {
	const { prefix = '', length = 8, dashEvery = 0, alphabet = READABLE_ALPHABET } = form;
	if (/[^\x21-\x7e]/.test(prefix)) {
		throw invalidInput(
			`The prefix ${JSON.stringify(prefix)} holds white space or characters that no keyboard has`,
			'Use letters, digits and signs such as - or _.',
		);
	}
	if (!(Number.isInteger(length) && length >= 1)) {
		throw invalidInput(`The length ${length} is not a whole number from 1 on`);
	}
	if (!(Number.isInteger(dashEvery) && dashEvery >= 0)) {
		throw invalidInput(
			`A dash every ${dashEvery} characters is impossible`,
			'Give a whole number, or 0 for no dashes.',
		);
	}
	checkAlphabet(alphabet);
	const whole = prefix.length + length + dashes(length, dashEvery);
	if (whole > LONGEST_CODE) {
		throw invalidInput(
			`The codes would have ${whole} characters; ${LONGEST_CODE} are allowed`,
			'Shorten the prefix or the length.',
		);
	}
	return { prefix, length, dashEvery, alphabet };
}

function checkAlphabet(alphabet: string): void {
	if (/[^\x21-\x7e]|-/.test(alphabet) || new Set(alphabet).size !== alphabet.length) {
		throw invalidInput(
			`The alphabet ${JSON.stringify(alphabet)} holds a character twice, a dash, white space or one that no keyboard has`,
			'List each letter or digit once.',
		);
	}
	if (alphabet.length < 2) {
		throw invalidInput('The alphabet has fewer than two characters', `Use ${READABLE_ALPHABET}.`);
	}
	if (new Set(alphabet.toLowerCase()).size !== alphabet.length) {
		throw invalidInput(
			'The alphabet has a letter both large and small, which shops do not tell apart',
			'Use capital letters only.',
		);
	}
}

/** @throws CouponPoolsError `invalid_input` with the length needed, if the form cannot make so many codes */
export function checkCapacity(form: CodeForm, wanted: number): void {
	const needed = Math.ceil(Math.log(wanted / MOST_USED) / Math.log(form.alphabet.length) - 1e-9);
	if (form.length < needed) {
		throw invalidInput(
			`Codes of ${form.length} characters are too few for ${wanted.toLocaleString('en')}: of all that are possible, at most a quarter is made, so that they cannot be guessed`,
			`Choose a length of at least ${needed}, or more different characters.`,
		);
	}
}

/** Random codes of this form, some of which may be equal. */
export function makeCodes(form: CodeForm, count: number): string[] {
	const pick = picker(form.alphabet);
	return Array.from({ length: count }, () => {
		let code = form.prefix;
		for (let at = 0; at < form.length; at++) {
			code += at > 0 && form.dashEvery > 0 && at % form.dashEvery === 0 ? `-${pick()}` : pick();
		}
		return code;
	});
}

/** Each character as likely as the others: bytes beyond the last whole alphabet are thrown away. */
function picker(alphabet: string): () => string {
	const limit = 256 - (256 % alphabet.length);
	let bytes = randomBytes(4096);
	let next = 0;
	return () => {
		for (;;) {
			if (next === bytes.length) {
				bytes = randomBytes(4096);
				next = 0;
			}
			const byte = bytes[next++];
			if (byte < limit) {
				return alphabet[byte % alphabet.length];
			}
		}
	};
}

function dashes(length: number, dashEvery: number): number {
	return dashEvery === 0 ? 0 : Math.ceil(length / dashEvery) - 1;
}
