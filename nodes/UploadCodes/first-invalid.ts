import type { InvalidRow } from '../../lib';

/**
 * What is wrong with the first invalid row, as a sentence after a space; empty if there is none. Mostly the others have
 * the same fault, such as dates of another format, so that this is all that somebody needs to read.
 */
export function firstInvalid({ invalidRows }: { invalidRows: readonly InvalidRow[] }): string {
	const [first] = invalidRows;
	if (first === undefined) return '';
	const { line, reason } = first;
	const value = JSON.stringify(first.value);
	// Of a date, the reason names the value already.
	const where = reason.includes(value) ? `row ${line}` : `row ${line}, ${value}`;
	return ` The first invalid one is ${where}: ${reason}.`;
}
