/**
 * A line of CSV (RFC 4180). A cell that a spreadsheet would run as a formula gets an apostrophe in front, so that it is
 * shown as text: https://owasp.org/www-community/attacks/CSV_Injection. Some spreadsheets take the full-width signs of
 * East Asia for the plain ones. A plus followed by digits alone, as in a phone number, is no formula.
 */
export function csvLine(cells: ReadonlyArray<string | Date | null>): string {
	return `${cells.map(csvCell).join(',')}\r\n`;
}

function csvCell(value: string | Date | null): string {
	if (value === null) {
		return '';
	}
	const text = value instanceof Date ? value.toISOString() : value;
	const isFormula = /^[=+\-@\t\r\n＝＋－＠]/.test(text) && !/^\+\d+$/.test(text);
	const harmless = isFormula ? `'${text}` : text;
	return /[",\r\n]|^\s|\s$/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}

/** The text of a cell without the apostrophe that an export has put in front of a formula. */
export function withoutApostrophe(cell: string): string {
	return cell.replace(/^'(?=[=+\-@＝＋－＠])/, '');
}
