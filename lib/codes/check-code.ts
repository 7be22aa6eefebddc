import { cellText, type Cell } from './row';

const LONGEST_CODE = 255;

/** What most codes are made of; the rest takes the long way below. */
const PLAIN = /^[\x21-\x7e]{1,255}$/;

/** What a spreadsheet shows in place of a long number: `1.23E+15`. Its digits are lost. */
const SCIENTIFIC = /^[+-]?\d(?:[.,]\d+)?E\+\d{2,3}$/i;

/** From here on a number of a spreadsheet, or of JSON, may have lost digits: a spreadsheet keeps 15. */
const TOO_LARGE = 1e15;

/** A code that may be stored, or why it may not. */
export type CheckedCode = { code: string } | { reason: string };

/**
 * What is wrong with a code, as the end of a sentence that begins with the code; null if nothing is.
 * The code is trimmed already.
 */
export function codeProblem(code: string): string | null {
	if (PLAIN.test(code)) {
		return SCIENTIFIC.test(code)
			? 'is a number that a spreadsheet has shortened: its digits are lost; format the column as text and export it again'
			: null;
	}
	if (code === '') {
		return 'is empty';
	}
	if (/\s/u.test(code)) {
		return 'contains white space';
	}
	const odd = /[\p{Cc}\p{Cf}\p{Cs}\ufffd]/u.exec(code)?.[0];
	if (odd !== undefined) {
		const number = `U+${(odd.codePointAt(0) as number).toString(16).toUpperCase().padStart(4, '0')}`;
		if (/\p{Cc}/u.test(odd)) {
			return `contains a control character (${number})`;
		}
		// Format characters (zero-width space, soft hyphen …) come with copying, and no shop would accept the code.
		return /\p{Cf}/u.test(odd)
			? `contains an invisible character (${number})`
			: `contains a character that was damaged before (${number})`;
	}
	const length = [...code].length;
	return length > LONGEST_CODE ? `has ${length} characters; ${LONGEST_CODE} are allowed` : null;
}

/** The code in a cell: trimmed, and otherwise as it is or not at all. */
export function readCode(cell: Cell | undefined): CheckedCode {
	if (typeof cell === 'string') {
		const code = cell.trim();
		const reason = codeProblem(code);
		return reason === null ? { code } : { reason };
	}
	if (cell === undefined) {
		return { reason: 'is empty' };
	}
	if (cell instanceof Date || cell.type === 'date') {
		return {
			reason:
				'is a date: a spreadsheet has turned the code into one; format the column as text and enter it again',
		};
	}
	const number = Number(cell.raw);
	if (cell.raw.trim() === '' || !Number.isFinite(number)) {
		return { reason: `is ${cellText(cell)}, neither text nor a number` };
	}
	if (Math.abs(number) >= TOO_LARGE) {
		return {
			reason:
				'is a number of more than 15 digits, of which a spreadsheet keeps 15; format the column as text and enter it again',
		};
	}
	if (!Number.isInteger(number)) {
		return { reason: 'is a number with decimals; format the column as text and enter it again' };
	}
	if (cell.padding === null) {
		return {
			reason:
				'is a number that the sheet shows with other characters beside it, by its number format; format the column as text and enter the codes as they are shown',
		};
	}
	return { code: String(number).padStart(cell.padding, '0') };
}
