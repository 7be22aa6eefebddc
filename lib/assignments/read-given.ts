import { readCode } from '../codes/check-code';
import { readCellDate } from '../codes/read-cell-date';
import { shorten } from '../codes/read-codes';
import { cellText, type Cell, type Row } from '../codes/row';
import type { SeenRows } from '../codes/seen-rows';
import { instantText } from '../database/instant-text';
import { CouponPoolsError } from '../errors';
import { checkRequest } from './check-requests';
import { chooseImportColumns, IMPORT_FIELDS, type ImportColumns } from './import-columns';
import { withoutApostrophes } from './csv';
import type { ImportField, ImportOptions } from './import-report';

/** A code that was given, as it is staged; instants as text, null where there is none. */
export interface GivenCode {
	readonly line: number;
	readonly code: string;
	readonly recipient: string;
	readonly campaign: string;
	readonly assigned_at: string;
	readonly expires_at: string | null;
	readonly redeemed_at: string | null;
}

/** Rows of a block; some 300 KB of text. */
const BLOCK = 2_000;

type ReadOptions = ImportOptions & {
	readonly from: 'text' | 'sheet' | 'items';
	readonly name: string;
	readonly timezone: string;
	readonly now: Date;
};

/** Takes the given codes out of the rows; what may not be stored is noted in `seen`. */
export async function* readGiven(
	rows: AsyncIterable<Iterable<Row>>,
	options: ReadOptions,
	seen: SeenRows,
): AsyncGenerator<GivenCode[], void> {
	let columns: ImportColumns | undefined = options.from === 'items' ? COLUMNS_OF_ITEMS : undefined;
	let block: GivenCode[] = [];
	for await (const some of rows) {
		for (const row of some) {
			if (
				row.cells.every((cell) => typeof cell === 'string' && cell.trim() === '') &&
				columns !== COLUMNS_OF_ITEMS
			) {
				continue;
			}
			if (columns === undefined) {
				columns = chooseImportColumns(row, options, options.name);
				if (columns.hasHeader) {
					continue;
				}
			}
			seen.received++;
			const read = readRow(row, columns, options);
			if ('reason' in read) {
				seen.addInvalid(1, [{ line: row.line, value: read.value, reason: read.reason }]);
				continue;
			}
			seen.numericCodes.see(read.code);
			block.push(read);
			if (block.length === BLOCK) {
				yield block;
				block = [];
			}
		}
	}
	yield block;
}

const COLUMNS_OF_ITEMS = {
	...(Object.fromEntries(IMPORT_FIELDS.map((field, at) => [field, at])) as Record<
		ImportField,
		number
	>),
	hasHeader: false,
};

function readRow(
	row: Row,
	columns: ImportColumns,
	options: ReadOptions,
): GivenCode | { value: string; reason: string } {
	const cell = (field: ImportField): Cell | undefined => {
		const at = columns[field];
		return at === null ? undefined : row.cells[at];
	};
	const refuse = (field: ImportField, reason: string) => ({
		value: shorten(cellText(cell(field)).trim()),
		reason,
	});
	if (cellText(cell('releasedAt')).trim() !== '') {
		return refuse('code', 'was taken back from its recipient, who does not hold it any more');
	}
	if (cellText(cell('source')).trim().toLowerCase() === 'default') {
		return refuse('code', 'is a default code, which belongs to nobody alone');
	}
	const codeCell = cell('code');
	const code = readCode(typeof codeCell === 'string' ? withoutApostrophes(codeCell) : codeCell);
	if ('reason' in code) {
		return refuse('code', code.reason);
	}
	try {
		const { recipient, campaign } = checkRequest(
			{
				recipient: withoutApostrophes(cellText(cell('recipient'))),
				campaign: withoutApostrophes(cellText(cell('campaign')).trim()) || options.campaign || '',
			},
			options,
		);
		const assignedAt = readDate(cell('assignedAt'), 'assignedAt', options) ?? options.now;
		const expiresAt = readDate(cell('expiresAt'), 'expiresAt', options);
		const redeemedAt = readDate(cell('redeemedAt'), 'redeemedAt', options);
		if (redeemedAt !== null && redeemedAt < assignedAt) {
			return refuse('redeemedAt', 'is before the code was given');
		}
		return {
			line: row.line,
			code: code.code,
			recipient,
			campaign,
			assigned_at: instantText(assignedAt),
			expires_at: expiresAt && instantText(expiresAt),
			redeemed_at: redeemedAt && instantText(redeemedAt),
		};
	} catch (error) {
		if (error instanceof CouponPoolsError) {
			return refuse('code', error.message.replace(/\.$/, ''));
		}
		throw error;
	}
}

/**
 * A date without a time means the beginning of its day where it says when the code was given, so that this is not after
 * what happened to the code that day; otherwise the end of the day. Null for none.
 *
 * @throws CouponPoolsError `invalid_input` for what is not a date, or lies in the future where it cannot
 */
function readDate(
	cell: Cell | undefined,
	field: 'assignedAt' | 'expiresAt' | 'redeemedAt',
	{ timezone, dateFormat, now }: ReadOptions,
): Date | null {
	if (cell === undefined || (typeof cell === 'string' && cell.trim() === '')) {
		return null;
	}
	const read = (edge: 'begin' | 'end') =>
		readCellDate(cell, { timezone, format: dateFormat, edge, field: NAMES[field] });
	if (field === 'expiresAt') {
		return read('end');
	}
	const begin = read('begin');
	if (begin > now) {
		throw new CouponPoolsError(
			'invalid_input',
			`${NAMES[field]}: ${JSON.stringify(cellText(cell))} lies in the future`,
		);
	}
	const end = read('end');
	return field === 'assignedAt' ? begin : end < now ? end : now;
}

const NAMES = { assignedAt: 'Date given', expiresAt: 'Expiry', redeemedAt: 'Date redeemed' };
