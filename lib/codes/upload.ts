import { readInstant } from '../dates/read-date';
import { timeZone } from '../dates/time-zone';
import type { Database, Session } from '../database/database';
import { CouponPoolsError, invalidInput } from '../errors';
import { countPool } from './count-pool';
import { decodeText } from './decode-text';
import { checkStatedKind, detectKind, statedKind } from './file-kind';
import { lockPoolForUpload } from './lock-pool';
import { readItemRows } from './item-rows';
import { readCodes, REPORTED_ROWS, Tally } from './read-codes';
import type { Row } from './row';
import { stageCodes, unstageShortNumbers } from './stage-codes';
import { storeBatch } from './store-batch';
import { readTextRows } from './text-rows';
import type { UploadOptions, UploadReport } from './upload-report';
import { closeSource, openSource, type OpenedSource, type UploadSource } from './upload-source';
import { readSheetRows } from './xlsx-rows';

/**
 * Adds the codes of a file, of pasted text, or of items to a unique pool, as one batch: all of them, or
 * none if anything fails. Memory does not grow with the file, but for the texts of a workbook.
 *
 * Rows that break the rules are skipped and reported, unless told to refuse them. A code that the pool has
 * already, or that stands twice in the file, is counted and left as it is.
 *
 * @throws CouponPoolsError `pool_not_found`; `wrong_pool_type` for a shared pool; `invalid_file` if it is
 *   empty, or not what it is said to be, or cannot be read; `invalid_input` for options that contradict the
 *   file; `rows_refused`
 */
export async function uploadCodes(
	database: Database,
	poolId: string,
	source: UploadSource,
	options: UploadOptions = {},
): Promise<UploadReport> {
	const name = options.fileName || nameOf(source);
	try {
		const plan: UploadPlan = { ...options, ...checkOptions(options), name };
		const opened = await openSource(source, name);
		return await database.transaction(async (session) => {
			await lockPoolForUpload(session, poolId);
			return await storeSource(session, poolId, opened, plan);
		});
	} finally {
		closeSource(source);
	}
}

/** What errors call a source that has no file name. */
function nameOf(source: UploadSource): string {
	if (typeof source === 'string') {
		return 'The text';
	}
	return Array.isArray(source) ? 'The list of items' : 'The file';
}

/** The options, checked, with what was derived from them. */
type UploadPlan = UploadOptions & ReturnType<typeof checkOptions> & { readonly name: string };

async function storeSource(
	session: Session,
	poolId: string,
	opened: OpenedSource,
	plan: UploadPlan,
): Promise<UploadReport> {
	const tally = new Tally();
	const { rows, from } = readRows(opened, plan);
	const codes = readCodes(rows, { ...plan, from }, tally);
	const staged = await stageCodes(session, codes, () => plan.onProgress?.(tally.received));
	if (opened.kind === 'file' && tally.received === 0) {
		throw emptyFile(plan.name, 'holds no codes');
	}
	const wholeLength = tally.numericCodes.lengthBeforeLoss();
	const lost =
		wholeLength === null
			? { count: 0, rows: [] }
			: await unstageShortNumbers(session, wholeLength, REPORTED_ROWS);
	tally.addInvalid(lost.count, lost.rows);
	if (tally.invalid > 0 && plan.invalidRows === 'refuse') {
		throw refusedRows(tally, plan.name);
	}
	const { received, invalid, invalidRows } = tally;
	const batch = await storeBatch(
		session,
		poolId,
		{
			fileName: storable(plan.fileName ?? ''),
			contentHash: opened.hash(),
			received,
			invalid,
			staged: staged - lost.count,
		},
		{ uniqueAcrossPools: plan.uniqueAcrossPools ?? false },
	);
	return {
		batchId: batch.batchId,
		received,
		added: batch.added,
		duplicatesInFile: batch.duplicatesInFile,
		alreadyInPool: batch.alreadyInPool,
		inOtherPools: batch.inOtherPools,
		invalid,
		invalidRows,
		sameFileAs: batch.sameFileAs,
		...(await countPool(session, poolId)),
	};
}

/** Row after row, whatever the source is. */
function readRows(
	opened: OpenedSource,
	{ name, format, fileName, delimiter }: UploadPlan,
): { rows: AsyncIterable<readonly Row[]>; from: 'text' | 'sheet' | 'items' } {
	if (opened.kind === 'items') {
		return { rows: readItemRows(opened.items), from: 'items' };
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

function checkOptions(options: UploadOptions) {
	const now = new Date();
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
	return { now, delimiter, timezone, expiryOfAll: readExpiryOfAll(options, timezone, now) };
}

/** Null if there is none, or each code has its own. */
function readExpiryOfAll(options: UploadOptions, timezone: string, now: Date): Date | null {
	if (options.expiry !== 'date') {
		return null;
	}
	const hint =
		'Give the date on which the codes expire, as 2026-12-31, or choose another kind of expiry.';
	if (options.expiresAt === undefined || options.expiresAt === '') {
		throw invalidInput('The codes are to expire on one date, and it is missing', hint);
	}
	const instant = readInstant(options.expiresAt, { timezone, edge: 'end', field: 'expiresAt' });
	if (instant <= now) {
		throw invalidInput(
			`The codes would have expired on ${instant.toISOString().slice(0, 10)} already`,
			hint,
		);
	}
	return instant;
}

/** A file's name is for people to know it by: what cannot be stored of it is left out. */
function storable(fileName: string): string {
	return [...fileName.toWellFormed().replaceAll(/\p{Cc}/gu, '')].slice(0, 255).join('');
}

function emptyFile(name: string, what: string): CouponPoolsError {
	return new CouponPoolsError('invalid_file', `${name} ${what}`, {
		hint: 'Upload a file or text with at least one code. If its first line is a code and no heading, choose that there is no header.',
	});
}

function refusedRows({ invalid, received, invalidRows }: Tally, name: string): CouponPoolsError {
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
