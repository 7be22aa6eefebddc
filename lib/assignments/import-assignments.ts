import { countBatch, deleteBatch, findSameFile, insertBatch } from '../batches/record-batch';
import { countPool } from '../codes/count-pool';
import { lockPoolForUpload } from '../codes/lock-pool';
import { checkReading, emptyFile, nameOf, readSource, refusedRows } from '../codes/read-source';
import { REPORTED_ROWS, SeenRows } from '../codes/seen-rows';
import { closeSource, openSource, type OpenedSource } from '../codes/upload-source';
import { checkDateFormat } from '../dates/date-format';
import type { Database, Session } from '../database/database';
import { sqlState } from '../database/explain-error';
import { IMPORT_FIELDS } from './import-columns';
import type { ImportOptions, ImportReport, ImportSource } from './import-report';
import { readGiven } from './read-given';
import { stageGiven } from './stage-given';
import { storeGiven } from './store-given';
import {
	unstageDuplicates,
	unstageElsewhere,
	unstageHeld,
	unstageShortNumbers,
} from './unstage-given';

/** An import loses only to others' work, of which there is an end. */
const MOST_ATTEMPTS = 10;

/**
 * Takes over codes that another system has given, with who got them and when: all of them, or none if anything fails.
 * From then on they count like those that were assigned here, for the re-issue policies too.
 *
 * A code that is available in the pool becomes its recipient's: both the list of all codes and the list of those given
 * were taken over, and the second knows better. A code that the same recipient already holds is left as it is, so that
 * the same file may be sent again. One that somebody else holds is refused as an invalid row.
 *
 * @throws CouponPoolsError as `uploadCodes`; `invalid_input` if no column holds the recipients
 */
export async function importAssignments(
	database: Database,
	poolId: string,
	source: ImportSource,
	options: ImportOptions = {},
): Promise<ImportReport> {
	const name = options.fileName || nameOf(source);
	try {
		if (options.dateFormat) checkDateFormat(options.dateFormat, 'read');
		const plan: ImportPlan = { ...options, ...checkReading(options), name };
		const opened = await openSource(source, name, IMPORT_FIELDS);
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

type ImportPlan = ImportOptions & ReturnType<typeof checkReading> & { readonly name: string };

async function storeSource(
	session: Session,
	poolId: string,
	opened: OpenedSource,
	plan: ImportPlan,
): Promise<ImportReport> {
	const seen = new SeenRows();
	const { rows, from } = readSource(opened, plan);
	const given = readGiven(rows, { ...plan, from, now: new Date() }, seen);
	await stageGiven(session, given, () => plan.onProgress?.(seen.received));
	if (opened.kind === 'file' && seen.received === 0) {
		throw emptyFile(plan.name, 'holds no codes');
	}
	const wholeLength = seen.numericCodes.lengthBeforeLoss();
	if (wholeLength !== null) {
		const lost = await unstageShortNumbers(session, wholeLength, REPORTED_ROWS);
		seen.addInvalid(lost.refused, lost.rows);
	}
	const duplicates = await unstageDuplicates(session, REPORTED_ROWS);
	seen.addInvalid(duplicates.refused, duplicates.rows);
	if (plan.uniqueAcrossPools === true) {
		const elsewhere = await unstageElsewhere(session, poolId, REPORTED_ROWS);
		seen.addInvalid(elsewhere.refused, elsewhere.rows);
	}
	const facts = { fileName: plan.fileName ?? '', contentHash: opened.hash() };
	const sameFileAs = await findSameFile(session, poolId, facts.contentHash);
	const { held, stored, batchId } = await untilNobodyInterferes(session, async () => {
		const notFree = await unstageHeld(session, poolId, REPORTED_ROWS);
		const batch = await insertBatch(session, poolId, {
			...facts,
			received: seen.received,
			invalid: seen.invalid + notFree.refused,
		});
		return { held: notFree, stored: await storeGiven(session, poolId, batch), batchId: batch };
	});
	seen.addInvalid(held.refused, held.rows);
	const { received, invalid, invalidRows } = seen;
	if (invalid > 0 && plan.invalidRows === 'refuse') {
		throw refusedRows(seen, plan.name);
	}
	if (stored.added === 0) {
		await deleteBatch(session, poolId, batchId);
	} else {
		await countBatch(session, poolId, batchId, {
			added: stored.added,
			firstCode: stored.firstCode,
			lastCode: stored.lastCode,
			duplicatesInFile: duplicates.known,
			alreadyInPool: held.known + stored.fromStock,
			inOtherPools: 0,
		});
	}
	return {
		batchId: stored.added === 0 ? null : batchId,
		received,
		added: stored.added,
		fromStock: stored.fromStock,
		redeemed: stored.redeemed,
		alreadyAssigned: held.known,
		duplicatesInFile: duplicates.known,
		invalid,
		invalidRows,
		sameFileAs,
		...(await countPool(session, poolId)),
	};
}

/**
 * Starts again from what is staged whenever an assignment or another upload has interfered: by giving a recipient the
 * same number, by adding the same code, or by a deadlock.
 */
async function untilNobodyInterferes<Result>(
	session: Session,
	work: () => Promise<Result>,
): Promise<Result> {
	for (let attempt = 1; ; attempt++) {
		await session.query('savepoint before_import');
		try {
			return await work();
		} catch (error) {
			if (attempt === MOST_ATTEMPTS || !INTERFERENCE.includes(sqlState(error))) {
				throw error;
			}
		}
		await session.query('rollback to savepoint before_import');
	}
}

/** Unique violation; deadlock. */
const INTERFERENCE = ['23505', '40P01'];
