import { endHoldsOf } from '../assignments/end-holds';
import { takeOutBatch } from '../codes/take-out';
import { expectUnique } from '../codes/expect-unique';
import { isId } from '../database/check-id';
import type { Database } from '../database/database';
import { pageOf } from '../database/page';
import { retried } from '../database/retry';
import { condition, Where } from '../database/where';
import { CouponPoolsError } from '../errors';
import { findPool } from '../pools/find-pool';
import type { Batch } from './batch';
import { selectBatches } from './list-batches';

/**
 * Takes a batch out again: codes that nobody was given are removed, those that were assigned or redeemed stay
 * with their recipients. Undoing twice is harmless; the second time takes out what was released in between, or what
 * was left because the first was cut short.
 *
 * @returns the batch as it is now, and how many codes were removed by this call
 * @throws CouponPoolsError `pool_not_found`; `batch_not_found`; `wrong_pool_type`
 */
export async function undoBatch(
	database: Database,
	poolId: string,
	batchId: string,
): Promise<Batch & { removedNow: number }> {
	const pool = await findPool(database, { id: poolId });
	expectUnique(pool, 'Its batches');
	const [marked] = isId(batchId) ? await database.query(MARK, [poolId, batchId]) : [];
	if (marked === undefined) {
		throw new CouponPoolsError(
			'batch_not_found',
			`The pool ${JSON.stringify(pool.name)} has no batch ${JSON.stringify(batchId)}`,
			{ hint: 'Get Many of Batch lists those that it has.' },
		);
	}
	await retried(async () => await endHoldsOf(database, poolId));
	const removedNow = await takeOutBatch(database, poolId, batchId);
	const where = new Where();
	where.and(condition`pool_id = ${poolId}`);
	where.and(condition`id = ${batchId}`);
	const [batch] = pageOf<Batch>(await selectBatches(database, where, 1), 1).rows;
	return { ...batch, removedNow };
}

/** The first time counts. `least`, since a Citus cluster does not allow `coalesce` with the present time. */
const MARK = `
	update :schema.batches set undone_at = least(undone_at, now())
	where pool_id = $1 and id = $2
	returning id`;
