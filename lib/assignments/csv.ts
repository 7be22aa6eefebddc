/**
 * A line of CSV (RFC 4180). A cell that a spreadsheet would run as a formula gets an apostrophe in front, so that it is
 * shown as text: https://owasp.org/www-community/attacks/CSV_Injection. Some spreadsheets take the full-width signs of
 * East Asia for the plain ones. A plus followed by digits alone, as in a phone number, is no formula.
 *
 * A spreadsheet in most of Europe begins a cell after each semicolon, even inside the quotes of a cell that follows a
 * comma. So the apostrophe is put there too. Where there is one already, there are two then, so that it can be taken
 * off again.
 */
export function csvLine(cells: ReadonlyArray<string | Date | null>): string {
	return `${cells.map(csvCell).join(',')}\r\n`;
}

function csvCell(value: string | Date | null): string {
	if (value === null) {
		return '';
	}
	if (value instanceof Date) {
		return value.toISOString();
	}
	const harmless = value.replaceAll(BEGINS_FORMULA, "$1'");
	return /[",\r\n]|^\s|\s$/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}

const SIGN = '=\\-@＝＋－＠';
const FORMULA = String.raw`[\s']*(?:[${SIGN}]|\+(?!\d+(?:;|$)))`;
const BEGINS_FORMULA = new RegExp(String.raw`(^|;)(?=${FORMULA}|'[\s']*\+|[\t\r\n])`, 'g');
/** Also before phone numbers, for which people and other programs write one. */
const MADE_HARMLESS = new RegExp(String.raw`(^|;)'(?=[\s']*[${SIGN}+])`, 'g');

/** The text of a cell without the apostrophes that an export has put in front of formulas. */
export function withoutApostrophes(cell: string): string {
	return cell.replaceAll(MADE_HARMLESS, '$1');
}
