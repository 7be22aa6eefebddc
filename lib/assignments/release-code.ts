import { unknownCode } from '../codes/get-code';
import type { Database } from '../database/database';
import { CouponPoolsError } from '../errors';
import { findPool } from '../pools/find-pool';
import { findHolders, type Holder } from './find-holders';
import { release } from './release';

/**
 * Takes a code back from whoever holds it and puts it into the stock again.
 *
 * @returns who held it
 * @throws CouponPoolsError `code_not_found` if nobody holds it, several do, or it was redeemed; `pool_not_found`
 */
export async function releaseCode(
	database: Database,
	poolId: string,
	code: string,
): Promise<Holder & { code: string }> {
	const pool = await findPool(database, { id: poolId });
	const text = code.trim();
	const [holder, another] = await findHolders(database, text, { poolId });
	if (holder === undefined) {
		throw unknownCode(text, pool.name, 'given');
	}
	if (another !== undefined) {
		throw new CouponPoolsError('code_not_found', `Several recipients hold the code ${text}`, {
			hint: 'Name the assignment whose code is to be released.',
		});
	}
	await release(database, poolId, holder.assignmentId);
	return { ...holder, code: text };
}
