import { CouponPoolsError } from '../errors';
import type { Row } from './row';

/** Characters of the longest line: far above any code with its date, far below what would fill the memory. */
export const LONGEST_LINE = 64 * 1024;

/** Splits text without quotes: a line is a row. */
export class PlainLines {
	/** The beginning of a line whose end has not come yet. */
	rest = '';

	/** The line that comes next, from 1. */
	line = 1;

	constructor(
		readonly delimiter: string,
		private readonly name: string,
	) {}

	/** The rows that end in this piece, each made when it is asked for, so that few are alive at a time. */
	*rows(piece: string): Generator<Row, void> {
		const { lines, rest } = separate(this.rest + piece);
		let start = 0;
		for (let end = lines.indexOf('\n'); end >= 0; end = lines.indexOf('\n', start)) {
			yield this.row(lines.slice(start, end));
			start = end + 1;
		}
		this.rest = lines.slice(start) + rest;
		this.checkLength(this.rest);
	}

	/** The last row, if no line break ends it. */
	*lastRow(): Generator<Row, void> {
		// A lone CR was held back, for it might have been half a line break.
		const last = this.rest.replace(/\r$/, '');
		if (this.rest !== '') {
			yield this.row(last);
		}
		this.rest = '';
	}

	private row(text: string): Row {
		this.checkLength(text);
		return {
			line: this.line++,
			cells: text.includes(this.delimiter) ? text.split(this.delimiter) : [text],
		};
	}

	private checkLength(text: string): void {
		if (text.length > LONGEST_LINE) {
			throw lineTooLong(this.line, this.name);
		}
	}
}

/** With one kind of line break; a CR at the end waits for the LF that may follow. */
function separate(text: string): { lines: string; rest: string } {
	if (!text.includes('\r')) {
		return { lines: text, rest: '' };
	}
	const end = text.endsWith('\r') ? text.length - 1 : text.length;
	return { lines: text.slice(0, end).replaceAll(/\r\n?/g, '\n'), rest: text.slice(end) };
}

export function lineTooLong(line: number, name: string): CouponPoolsError {
	return new CouponPoolsError(
		'invalid_file',
		`${name}: line ${line} is longer than ${LONGEST_LINE / 1024} KB, or has a quote that is not closed`,
		{ hint: 'Put one code on each line, and close the quotes.' },
	);
}
