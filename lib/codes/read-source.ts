import { timeZone } from '../dates/time-zone';
import { CouponPoolsError, invalidInput } from '../errors';
import { checkChoice } from '../texts/check-choice';
import { decodeText } from './decode-text';
import { checkStatedKind, detectKind, statedKind } from './file-kind';
import { readItemRows } from './item-rows';
import type { Row } from './row';
import type { SeenRows } from './seen-rows';
import { readTextRows } from './text-rows';
import type { UploadOptions } from './upload-report';
import type { AnySource, OpenedSource } from './upload-source';
import { readSheetRows } from './xlsx-rows';

/**
 * Row after row, whatever the source is.
 *
 * @throws CouponPoolsError `invalid_file`
 */
export function readSource(
	opened: OpenedSource,
	{
		name,
		format,
		fileName,
		delimiter,
	}: Pick<UploadOptions, 'format' | 'fileName'> & { name: string; delimiter: string },
): { rows: AsyncIterable<Iterable<Row>>; from: 'text' | 'sheet' | 'items' } {
	if (opened.kind === 'items') {
		return { rows: readItemRows(opened.items, opened.fields), from: 'items' };
	}
	const { head, bytes } = opened;
	if (head.length === 0) {
		throw emptyFile(name, 'is empty');
	}
	const stated = statedKind(format ?? 'auto', fileName ?? '');
	if (detectKind(head, name) === 'zip') {
		return { rows: readSheetRows(bytes, { stated, name }), from: 'sheet' };
	}
	checkStatedKind(stated, 'text', name);
	return { rows: readTextRows(decodeText(bytes, head, name), { delimiter, name }), from: 'text' };
}

/**
 * How rows and dates are read, with the defaults.
 *
 * @throws CouponPoolsError `invalid_input` for a value that is none of the choices, or not a delimiter or timezone
 */
export function checkReading(
	options: Pick<UploadOptions, 'format' | 'header' | 'invalidRows' | 'delimiter' | 'timezone'>,
) {
	const format = checkChoice(options.format ?? 'auto', 'File Format', [
		'auto',
		'csv',
		'txt',
		'xlsx',
	]);
	const header = checkChoice(options.header ?? 'auto', 'First Row Is a Heading', [
		'auto',
		'yes',
		'no',
	]);
	const invalidRows = checkChoice(options.invalidRows ?? 'skip', 'Invalid Rows', [
		'skip',
		'refuse',
	]);
	const delimiter = options.delimiter === '\\t' ? '\t' : options.delimiter || 'auto';
	if (delimiter !== 'auto' && !/^[^"\r\n]$/u.test(delimiter)) {
		throw invalidInput(
			`The delimiter ${JSON.stringify(delimiter)} is not one character`,
			'Use a comma, a semicolon, a tab or another single character that is not a quote, or auto.',
		);
	}
	const timezone = options.timezone || 'UTC';
	// A wrong name is the upload's fault, and not that of each of its rows.
	timeZone(timezone);
	return { format, header, invalidRows, delimiter, timezone };
}

/** What errors call a source that has no file name. */
export function nameOf(source: AnySource): string {
	if (typeof source === 'string') {
		return 'The text';
	}
	return Array.isArray(source) ? 'The list of items' : 'The file';
}

/** The error for a file without a single row. */
export function emptyFile(name: string, what: string): CouponPoolsError {
	return new CouponPoolsError('invalid_file', `${name} ${what}`, {
		hint: "Upload a file or text with at least one code. If its first line is a code and no heading, set 'First Row Is a Heading' to 'No'.",
	});
}

/** The error for a file with rows that break the rules, where these refuse all of it. */
export function refusedRows(
	{ invalid, received, invalidRows }: Pick<SeenRows, 'invalid' | 'received' | 'invalidRows'>,
	name: string,
): CouponPoolsError {
	const first = invalidRows
		.slice(0, 3)
		.map(({ line, value, reason }) => `line ${line}: ${JSON.stringify(value)} ${reason}`);
	const shown = first.join('; ') + (invalid > first.length ? '; …' : '');
	return new CouponPoolsError(
		'rows_refused',
		`${name}: ${invalid} of ${received} rows break the rules: ${shown}`,
		{
			hint: 'Nothing was stored. Correct these rows, or let invalid rows be skipped.',
		},
	);
}
