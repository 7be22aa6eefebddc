import { checkDateFormat } from '../dates/date-format';
import { readInstant } from '../dates/read-date';
import { isoDay } from '../dates/show-date';
import type { Database, Session } from '../database/database';
import { invalidInput } from '../errors';
import { checkChoice } from '../texts/check-choice';
import { countPool } from './count-pool';
import { lockPoolForUpload } from './lock-pool';
import { readCodes } from './read-codes';
import { checkReading, emptyFile, nameOf, readSource, refusedRows } from './read-source';
import { REPORTED_ROWS, SeenRows } from './seen-rows';
import { stageCodes, unstageShortNumbers } from './stage-codes';
import { storeBatch } from './store-batch';
import type { UploadOptions, UploadReport } from './upload-report';
import { closeSource, openSource, type OpenedSource, type UploadSource } from './upload-source';

/**
 * Adds the codes of a file, of pasted text, or of items to a unique pool, as one batch: all of them, or none if
 * anything fails. Memory does not grow with the file, except for the texts of a workbook.
 *
 * Rows that break the rules are skipped and reported, unless told to refuse them. A code that the pool has already, or
 * that stands twice in the file, is counted and left as it is.
 *
 * @throws CouponPoolsError `pool_not_found`; `wrong_pool_type` for a shared pool; `invalid_file` if it is empty, or not
 *   what it is said to be, or cannot be read; `invalid_input` for options that contradict the file, such as a column of
 *   expiries that is missing or empty; `rows_refused`
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
		try {
			return await database.transaction(async (session) => {
				await lockPoolForUpload(session, poolId);
				return await storeSource(session, poolId, opened, plan);
			});
		} finally {
			opened.close();
		}
	} finally {
		closeSource(source);
	}
}

/** The options, checked, with what was derived from them. */
type UploadPlan = UploadOptions & ReturnType<typeof checkOptions> & { readonly name: string };

async function storeSource(
	session: Session,
	poolId: string,
	opened: OpenedSource,
	plan: UploadPlan,
): Promise<UploadReport> {
	const seen = new SeenRows();
	const { rows, from } = readSource(opened, plan);
	const codes = readCodes(rows, { ...plan, from }, seen);
	const staged = await stageCodes(session, codes, () => plan.onProgress?.(seen.received));
	if (opened.kind === 'file' && seen.received === 0) {
		throw emptyFile(plan.name, 'holds no codes');
	}
	if (opened.kind === 'file' && plan.expiry === 'column' && staged > 0 && !seen.hasExpiry) {
		throw invalidInput(
			`${plan.name} has no expiry in any of its rows: the column for it is empty`,
			'Choose the column with the expiry by its heading or number, or another kind of expiry.',
		);
	}
	const wholeLength = seen.numericCodes.lengthBeforeLoss();
	const lost =
		wholeLength === null
			? { count: 0, rows: [] }
			: await unstageShortNumbers(session, wholeLength, REPORTED_ROWS);
	seen.addInvalid(lost.count, lost.rows);
	if (seen.invalid > 0 && plan.invalidRows === 'refuse') {
		throw refusedRows(seen, plan.name);
	}
	const { received, invalid, invalidRows } = seen;
	const batch = await storeBatch(
		session,
		poolId,
		{
			fileName: plan.fileName ?? '',
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

function checkOptions(options: UploadOptions) {
	const now = new Date();
	const reading = checkReading(options);
	if (options.expiry !== undefined) {
		checkChoice(options.expiry, 'Expiration Date', ['none', 'column', 'date']);
	}
	if (options.expiryFormat) checkDateFormat(options.expiryFormat, 'read');
	return { now, ...reading, expiryOfAll: readExpiryOfAll(options, reading.timezone, now) };
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
			`The codes would have expired on ${isoDay(instant, timezone)} already`,
			hint,
		);
	}
	return instant;
}
