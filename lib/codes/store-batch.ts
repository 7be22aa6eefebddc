import {
	countBatch,
	deleteBatch,
	findSameFile,
	openBatch,
	type BatchFacts,
} from '../batches/record-batch';
import type { Session } from '../database/database';
import { lowersFront } from '../stock/front';
import { insertCodes } from './insert-codes';
import { unstageCodesOfOtherPools } from './unstage-elsewhere';
import type { UploadReport } from './upload-report';

/** What became of the staged codes; of a code that stands twice in the file, the first line counts. */
export type StoredBatch = Pick<
	UploadReport,
	'batchId' | 'added' | 'duplicatesInFile' | 'alreadyInPool' | 'inOtherPools' | 'sameFileAs'
>;

interface StoreOptions {
	readonly uniqueAcrossPools: boolean;
	/** Whether they join those that were made on the spot in the same hour. */
	readonly onTheSpot?: boolean;
}

/**
 * Moves the staged codes into the pool as one batch; there is none if all codes were there before.
 *
 * @param facts.staged codes in the table `staged_codes`
 */
export async function storeBatch(
	session: Session,
	poolId: string,
	facts: BatchFacts & { readonly staged: number },
	options: StoreOptions,
): Promise<StoredBatch> {
	const sameFileAs = await findSameFile(session, poolId, facts.contentHash);
	const elsewhere = options.uniqueAcrossPools
		? await unstageCodesOfOtherPools(session, poolId)
		: { rows: 0, codes: 0 };
	const staged = facts.staged - elsewhere.rows;
	const { onTheSpot = false } = options;
	const { id: batchId, before } = await openBatch(session, poolId, facts, { onTheSpot });
	if (before > 0) {
		await session.query(FOLLOW_ON, [before]);
	}
	const { added, ...ends } = await insertCodes(session, { poolId, batchId, staged });
	// Why only matters where some were left out.
	const distinct = added === staged ? staged : await countDistinct(session);
	const counts = {
		added,
		duplicatesInFile: staged - distinct + (elsewhere.rows - elsewhere.codes),
		alreadyInPool: distinct - added,
		inOtherPools: elsewhere.codes,
	};
	if (added === 0 && before === 0) {
		await deleteBatch(session, poolId, batchId);
		return { batchId: null, sameFileAs, ...counts };
	}
	await session.query(LOWER_FRONT, [poolId, batchId]);
	await countBatch(session, poolId, batchId, { ...counts, ...ends });
	return { batchId, sameFileAs, ...counts };
}

async function countDistinct(session: Session): Promise<number> {
	const [{ count }] = await session.query<{ count: number }>(
		'select count(distinct code)::int as count from pg_temp.staged_codes',
	);
	return count;
}

const FOLLOW_ON = 'update pg_temp.staged_codes set line = line + $1::int';

/** Last, since it keeps the pool's front locked until the commit. */
const LOWER_FRONT = `
	insert into :schema.fronts (pool_id, expires_at, batch_id, line)
	select $1, min(expires_at), $2, 0 from pg_temp.staged_codes
	${lowersFront}`;
