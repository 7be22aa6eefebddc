import { Readable, pipeline } from 'node:stream';

import { parse, type CsvError } from 'csv-parse';

import { CouponPoolsError } from '../errors';
import type { Row } from './row';

/** Bytes of the longest line: far above any code with its date, far below what would fill the memory. */
const LONGEST_LINE = 64 * 1024;

/** How many lines are handed on at once. */
const BLOCK = 5000;

const DELIMITERS = [',', ';', '\t', '|'];

/**
 * Splits text into rows of trimmed cells: CSV with quotes, or one code a line. Lines may end in LF,
 * CRLF or CR, mixed even.
 *
 * A row's line is the one where it begins; a quoted cell may go over several. The delimiter is the first
 * line's (csv-parse's own detection scores 2 KB of text, in which a date's or a code's characters count too).
 *
 * @param text in pieces, the first of which is large enough to hold the first line
 * @throws CouponPoolsError `invalid_file` for a quote that is never closed, or a line past all measure
 */
export async function* readTextRows(
	text: AsyncIterable<string>,
	options: { delimiter: string; name: string },
): AsyncGenerator<Row[], void> {
	const pieces = text[Symbol.asyncIterator]();
	const first = await pieces.next();
	if (first.done) {
		return;
	}
	const parser = parse({
		delimiter: options.delimiter === 'auto' ? detectDelimiter(first.value) : options.delimiter,
		record_delimiter: ['\r\n', '\n', '\r'],
		relax_quotes: true,
		relax_column_count: true,
		max_record_size: LONGEST_LINE,
	});
	const all = (async function* () {
		yield first.value;
		yield* { [Symbol.asyncIterator]: () => pieces };
	})();
	// The loop below throws whatever goes wrong in the pipeline.
	pipeline(Readable.from(all), parser, () => undefined);

	let line = 1;
	let count = 0;
	let rows: Row[] = [];
	try {
		for await (const cells of parser as AsyncIterable<string[]>) {
			if (count > 0 || !isDelimiterNote(cells)) {
				rows.push({ line, cells });
			}
			line += 1;
			count += 1;
			for (const cell of cells) {
				line += lineBreaksIn(cell);
			}
			if (rows.length === BLOCK) {
				yield rows;
				rows = [];
			}
		}
	} catch (error) {
		throw explainSyntax(error, line - count, options.name);
	}
	yield rows;
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
	// Of one column, no line is split: a comma further down belongs to its code, which is never cut.
	return found === '' ? NO_DELIMITER : found;
}

/** The unit separator: a control character, which no code may contain. */
const NO_DELIMITER = '\x1f';

/** `sep=;`, by which a file tells Excel its delimiter; split at that, it is `sep=` and nothing. */
function isDelimiterNote(cells: readonly string[]): boolean {
	return cells.length === 2 && /^sep=$/i.test(cells[0]) && cells[1] === '';
}

function lineBreaksIn(cell: string): number {
	return cell.includes('\n') || cell.includes('\r') ? cell.split(/\r\n|\n|\r/).length - 1 : 0;
}

/**
 * @param shift how far the lines are ahead of the rows: the parser counts rows, and fails before the last
 *   ones of them were handed out
 */
function explainSyntax(error: unknown, shift: number, name: string): unknown {
	const line = Number((error as CsvError).records) + shift;
	switch ((error as CsvError).code) {
		case 'CSV_QUOTE_NOT_CLOSED':
			return new CouponPoolsError(
				'invalid_file',
				`${name}: the quote that opens in line ${line} is never closed`,
				{
					hint: 'Close it, or remove it if it is not meant as one; a quote inside a quoted cell is written twice.',
				},
			);
		case 'CSV_MAX_RECORD_SIZE':
			return new CouponPoolsError(
				'invalid_file',
				`${name}: line ${line} is longer than ${LONGEST_LINE / 1024} KB, or has a quote that is not closed`,
				{ hint: 'Put one code on each line, and close the quotes.' },
			);
		default:
			return error;
	}
}
