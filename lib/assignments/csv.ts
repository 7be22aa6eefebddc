/**
 * A line of CSV (RFC 4180). A cell that a spreadsheet would run as a formula gets an apostrophe in front, which
 * it shows as text: https://owasp.org/www-community/attacks/CSV_Injection. Some take the full-width signs of East
 * Asia for the plain ones.
 */
export function csvLine(cells: ReadonlyArray<string | Date | null>): string {
	return `${cells.map(csvCell).join(',')}\r\n`;
}

function csvCell(value: string | Date | null): string {
	if (value === null) {
		return '';
	}
	const text = value instanceof Date ? value.toISOString() : value;
	const harmless = /^[=+\-@\t\r\n＝＋－＠]/.test(text) ? `'${text}` : text;
	return /[",\r\n]|^\s|\s$/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}
