/** The longest code of any suite is 255 characters; none is ever cut. */
const MOST_CHARACTERS = 255;

/**
 * The one place where a code is checked: trimmed, 1 to 255 characters, nothing inside that a customer
 * could not type or see (white space, control characters). Upper and lower case stay as they are.
 */
export function checkCode(text: string): { code: string } | { reason: string } {
	const code = text.trim();
	if (code === '') {
		return { reason: 'the code is empty' };
	}
	if (code.length > MOST_CHARACTERS && [...code].length > MOST_CHARACTERS) {
		return { reason: `the code is longer than ${MOST_CHARACTERS} characters` };
	}
	if (/\s/u.test(code)) {
		return { reason: 'the code has white space inside' };
	}
	if (/[\p{Cc}\p{Cf}]/u.test(code) || !code.isWellFormed()) {
		return { reason: 'the code has control or invisible characters inside' };
	}
	return { code };
}
