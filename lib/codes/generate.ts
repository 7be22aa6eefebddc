import { readInstant } from '../dates/read-date';
import { isoDay } from '../dates/show-date';
import type { Database, Session } from '../database/database';
import { CouponPoolsError, invalidInput } from '../errors';
import { checkCapacity, guessesPerCode } from './capacity';
import { checkForm, drawCodes, type CodeForm } from './code-form';
import { countPool } from './count-pool';
import { findGenerated, hashOfRequest } from './find-generated';
import type { GenerateOptions, GenerateReport } from './generate-report';
import { lockPoolForUpload } from './lock-pool';
import type { CodeBlock } from './read-codes';
import { stageCodes } from './stage-codes';
import { storeBatch } from './store-batch';
import { unstageKnownCodes } from './unstage-known';

/** Codes per block, as in an upload. */
const BLOCK = 5_000;

const MOST_CODES = 5_000_000;

/** Each round draws again the codes that were known: at most a thousandth, for a form that passed the check. */
const MOST_ROUNDS = 100;

/**
 * Makes random codes and adds them to a unique pool as one batch: exactly the number asked for, or none if anything
 * fails. A code that the pool has or ever had is drawn again. A request that was answered before, as when its answer
 * was lost, adds none.
 *
 * @throws CouponPoolsError `invalid_input` for an impossible form, or one that is too short for so many codes;
 *   `pool_not_found`; `wrong_pool_type` for a shared pool
 */
export async function generateCodes(
	database: Database,
	poolId: string,
	options: GenerateOptions,
): Promise<GenerateReport> {
	const form = checkForm(options);
	const count = checkCount(options.count);
	const expiry = readExpiry(options);
	const request = hashOfRequest(options.requestId);
	return await database.transaction(async (session) => {
		await lockPoolForUpload(session, poolId);
		const before = request === null ? null : await findGenerated(session, poolId, request);
		if (before !== null) {
			return {
				...before,
				...(await countPool(session, poolId)),
				guessesPerCode: await guessesPerCode(session, poolId, form),
			};
		}
		const guesses = await checkCapacity(session, poolId, form, count);
		await stageNewCodes(session, poolId, { form, count, expiry }, options);
		const batch = await storeBatch(
			session,
			poolId,
			{ fileName: '', contentHash: request, received: count, invalid: 0, staged: count },
			// Codes of other pools were left out when staging.
			{ uniqueAcrossPools: false },
		);
		if (batch.added < count || batch.batchId === null) {
			throw new CouponPoolsError(
				'database_failed',
				'Another upload has just added some of the same codes',
				{ hint: 'Nothing was stored. Generate them again.' },
			);
		}
		return {
			...batch,
			batchId: batch.batchId,
			received: count,
			invalid: 0,
			invalidRows: [],
			...(await countPool(session, poolId)),
			guessesPerCode: guesses,
		};
	});
}

interface Wanted {
	readonly form: Required<CodeForm>;
	readonly count: number;
	/** Seconds since 1970; null for never. */
	readonly expiry: string | null;
}

/**
 * Stages `count` different codes that are new to the pool.
 *
 * @throws CouponPoolsError `invalid_input` if the form does not have so many
 */
export async function stageNewCodes(
	session: Session,
	poolId: string,
	{ form, count, expiry }: Wanted,
	{
		uniqueAcrossPools = false,
		onProgress,
	}: Pick<GenerateOptions, 'uniqueAcrossPools' | 'onProgress'> = {},
): Promise<void> {
	let line = 0;
	let made = 0;
	for (let round = 0; made < count; round++) {
		if (round === MOST_ROUNDS) {
			throw invalidInput(
				`Only ${made} of ${count} codes of this form are new to the pool`,
				'Make the codes longer, or allow more characters.',
			);
		}
		const before = made;
		const blocks = drawBlocks(form, { count: count - made, firstLine: line + 1, expiry });
		const drawn = await stageCodes(session, blocks, (staged) => onProgress?.(before + staged));
		line += drawn;
		made += drawn - (await unstageKnownCodes(session, poolId, { uniqueAcrossPools }));
	}
}

async function* drawBlocks(
	form: Required<CodeForm>,
	{ count, firstLine, expiry }: { count: number; firstLine: number; expiry: string | null },
): AsyncGenerator<CodeBlock, void> {
	for (let start = 0; start < count; start += BLOCK) {
		const codes = drawCodes(form, Math.min(BLOCK, count - start));
		yield {
			firstLine: firstLine + start,
			codes: codes.join('\n'),
			count: codes.length,
			expiries: expiry === null ? null : Array<string>(codes.length).fill(expiry).join('\n'),
		};
	}
}

function checkCount(count: number): number {
	if (!Number.isInteger(count) || count < 1 || count > MOST_CODES) {
		throw invalidInput(
			`The number of codes to generate is ${count}`,
			`Give a whole number from 1 to ${MOST_CODES.toLocaleString('en-US')}.`,
		);
	}
	return count;
}

function readExpiry(options: GenerateOptions): string | null {
	const { expiresAt } = options;
	if (expiresAt === undefined || expiresAt === '') {
		return null;
	}
	const timezone = options.timezone || 'UTC';
	const instant = readInstant(expiresAt, { timezone, edge: 'end', field: 'expiresAt' });
	if (instant <= new Date()) {
		throw invalidInput(
			`The codes would have expired on ${isoDay(instant, timezone)} already`,
			'Give the date on which the codes expire, as 2026-12-31, or none.',
		);
	}
	return String(instant.getTime() / 1000);
}
