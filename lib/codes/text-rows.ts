import { PlainLines } from './plain-lines';
import { QuotedRecords } from './quoted-records';
import type { Row } from './row';

const DELIMITERS = [',', ';', '\t', '|'];

/**
 * Splits text into rows of cells: CSV with quotes, or one code a line. Lines may end in LF, CRLF or CR, even mixed.
 *
 * A row's line is the one where it begins; a quoted cell may span several. The delimiter is the first line's
 * (csv-parse's own detection scores 2 KB of text, in which a date's or a code's characters count too).
 *
 * As long as no quote has come, a line is a row; from the piece with the first quote on, csv-parse reads, which makes
 * more than a kilobyte of garbage for each row. What is alive when the garbage collector looks is carried on, and the
 * more often it looks, the more V8 enlarges its nursery, and with it the process.
 *
 * @param text in pieces, the first of which is large enough to hold the first line
 * @returns the rows of each piece, to be gone through once, and before the next piece is asked for
 * @throws CouponPoolsError `invalid_file` for a quote that is never closed, or a line that is far too long
 */
export async function* readTextRows(
	text: AsyncIterable<string>,
	options: { delimiter: string; name: string },
): AsyncGenerator<Iterable<Row>, void> {
	let lines: PlainLines | undefined;
	let records: QuotedRecords | undefined;
	for await (const piece of text) {
		if (lines === undefined) {
			const { delimiter, name } = options;
			lines = new PlainLines(delimiter === 'auto' ? detectDelimiter(piece) : delimiter, name);
		}
		if (records === undefined && !piece.includes('"')) {
			yield withoutDelimiterNote(lines.rows(piece));
		} else {
			records ??= new QuotedRecords(lines, options.name);
			yield withoutDelimiterNote(await records.rows(piece));
		}
	}
	yield withoutDelimiterNote((await records?.lastRow()) ?? lines?.lastRow() ?? []);
}

/** The usual delimiter that stands most often in the first line with something in it, outside quotes. */
export function detectDelimiter(text: string): string {
	const lines = text.split(/\r\n|\n|\r/);
	const line = lines.find((some) => some.trim() !== '')?.replaceAll(/"[^"]*"/g, '') ?? '';
	let found = '';
	let most = 0;
	for (const delimiter of DELIMITERS) {
		const count = line.split(delimiter).length - 1;
		if (count > most) {
			found = delimiter;
			most = count;
		}
	}
	// With one column, no line is split: a comma further down belongs to its code, which is never cut.
	return found === '' ? NO_DELIMITER : found;
}

/** The unit separator: a control character, which no code may contain. */
const NO_DELIMITER = '\x1f';

/** Leaves out a first line `sep=;`, which tells Excel the delimiter; split at that, it is `sep=` and nothing. */
function* withoutDelimiterNote(rows: Iterable<Row>): Generator<Row, void> {
	for (const row of rows) {
		const [first, second] = row.cells;
		const isNote =
			row.line === 1 && row.cells.length === 2 && second === '' && /^sep=$/i.test(String(first));
		if (!isNote) {
			yield row;
		}
	}
}
