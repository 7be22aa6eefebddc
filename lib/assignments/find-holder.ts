import { unknownCode } from '../codes/get-code';
import type { Database } from '../database/database';
import { CouponPoolsError } from '../errors';
import { findPool } from '../pools/find-pool';
import { findHolders, type Holder } from './find-holders';

/**
 * Who holds a code, where it must be one person.
 *
 * @throws CouponPoolsError `code_not_found` if nobody holds it, or several do; `pool_not_found`
 */
export async function findHolder(
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
			hint: 'Name the assignment that is meant.',
		});
	}
	return { ...holder, code: text };
}
