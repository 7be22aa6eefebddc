import { CouponPoolsError } from '../errors';
import { isoDay } from '../dates/show-date';
import { readCode } from './check-code';
import { chooseColumns, refuseListOnOneLine, type Columns } from './columns';
import { LineBuilder } from './line-builder';
import { readCellDate } from './read-cell-date';
import { cellText, type Cell, type Row } from './row';
import { REPORTED_ROWS, type SeenRows } from './seen-rows';
import type { InvalidRow, UploadOptions } from './upload-report';

/** Codes that may be stored, as texts of lines: the n-th stands in line `firstLine + n - 1` of the source. */
export interface CodeBlock {
	readonly firstLine: number;
	/** An empty line is no code. */
	readonly codes: string;
	/** Codes without the empty lines. */
	readonly count: number;
	/** Seconds since 1970 or `infinity`, one for each code; null if none of them expires. */
	readonly expiries: string | null;
}

const LONGEST_VALUE = 80;

/**
 * Lines per block: 5,000 codes are some 50 KB of text, enough that the round trip does not count. 20,000 are no faster,
 * and more of them are alive when the garbage collector looks.
 */
const BLOCK = 5_000;

/** Characters per block, for codes of the greatest length. */
const BLOCK_LENGTH = 1_000_000;

interface ReadOptions {
	readonly from: 'text' | 'sheet' | 'items';
	/** What errors call the source. */
	readonly name: string;
	readonly now: Date;
	/** For codes that have no expiry of their own. */
	readonly expiryOfAll: Date | null;
}

/**
 * Takes the codes, each with its expiry, out of the rows; what may not be stored is noted in `seen`.
 *
 * @param options those of the upload; an item's own expiry counts unless they say otherwise
 */
export async function* readCodes(
	rows: AsyncIterable<Iterable<Row>>,
	options: UploadOptions & ReadOptions,
	seen: SeenRows,
): AsyncGenerator<CodeBlock, void> {
	const isItems = options.from === 'items';
	let columns: Columns | undefined = isItems
		? { code: 0, expiry: (options.expiry ?? 'column') === 'column' ? 1 : null, hasHeader: false }
		: undefined;
	const expiryOfAll = options.expiryOfAll === null ? NEVER : epochSeconds(options.expiryOfAll);
	const mayBeList = options.from === 'text' && (options.codeColumn ?? '') === '';
	let first: Row | undefined;
	let block = new BlockBuilder(1);
	for await (const some of rows) {
		for (const row of some) {
			if (row.cells.every((cell) => typeof cell === 'string' && cell.trim() === '') && !isItems) {
				continue;
			}
			if (columns === undefined) {
				columns = chooseColumns(
					row,
					{ ...options, isSheet: options.from === 'sheet' },
					options.name,
				);
				if (columns.hasHeader) {
					continue;
				}
			}
			seen.received++;
			first ??= row;
			const read = readCode(row.cells[columns.code]);
			const expiry =
				columns.expiry === null ? expiryOfAll : readExpiry(row.cells[columns.expiry], options);
			seen.hasExpiry ||= expiry !== NEVER;
			if ('reason' in read) {
				seen.addInvalid(1, reported(seen, row, columns.code, read.reason));
			} else if (typeof expiry === 'object') {
				seen.addInvalid(1, reported(seen, row, columns.expiry as number, expiry.reason));
			} else {
				seen.numericCodes.see(read.code);
				if (!block.hasRoomFor(row.line)) {
					yield block.build();
					block = new BlockBuilder(row.line);
				}
				block.add(row.line, read.code, expiry);
			}
		}
	}
	if (mayBeList && seen.received === 1 && first && columns && !columns.hasHeader) {
		refuseListOnOneLine(first, columns, options.name);
	}
	yield block.build();
}

const NEVER = 'infinity';

function readExpiry(
	cell: Cell | undefined,
	options: UploadOptions & { now: Date },
): string | { reason: string } {
	if (cell === undefined || (typeof cell === 'string' && cell.trim() === '')) {
		return NEVER;
	}
	const { timezone = 'UTC', expiryFormat: format } = options;
	try {
		const instant = readCellDate(cell, { timezone, format, edge: 'end', field: 'expiry' });
		return instant > options.now
			? epochSeconds(instant)
			: { reason: `expired on ${isoDay(instant, timezone)} already` };
	} catch (error) {
		if (error instanceof CouponPoolsError) {
			return { reason: error.message };
		}
		throw error;
	}
}

function epochSeconds(instant: Date): string {
	return String(instant.getTime() / 1000);
}

function reported(seen: SeenRows, row: Row, column: number, reason: string): InvalidRow[] {
	if (
		seen.invalidRows.length === REPORTED_ROWS &&
		row.line > seen.invalidRows[REPORTED_ROWS - 1].line
	) {
		return [];
	}
	return [{ line: row.line, value: shorten(cellText(row.cells[column]).trim()), reason }];
}

/** At most 80 characters, none of them halved. */
export function shorten(value: string): string {
	const characters = [...value.slice(0, 2 * LONGEST_VALUE + 1)];
	return characters.length > LONGEST_VALUE
		? `${characters.slice(0, LONGEST_VALUE - 1).join('')}…`
		: value;
}

class BlockBuilder {
	private readonly codes = new LineBuilder();

	private readonly expiries = new LineBuilder();

	private count = 0;

	private expires = false;

	constructor(private readonly firstLine: number) {}

	/** Lines without a code become empty entries. */
	hasRoomFor(line: number): boolean {
		return line - this.firstLine < BLOCK && this.codes.length < BLOCK_LENGTH;
	}

	add(line: number, code: string, expiry: string): void {
		while (this.codes.lines < line - this.firstLine) {
			this.codes.add('');
			this.expiries.add(NEVER);
		}
		this.codes.add(code);
		this.expiries.add(expiry);
		this.count++;
		this.expires ||= expiry !== NEVER;
	}

	build(): CodeBlock {
		return {
			firstLine: this.firstLine,
			codes: this.codes.text(),
			count: this.count,
			expiries: this.expires ? this.expiries.text() : null,
		};
	}
}
