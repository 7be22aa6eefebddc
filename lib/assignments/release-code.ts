import type { Database } from '../database/database';
import { findHolder, type Holder } from './find-holder';
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
	const holder = await findHolder(database, poolId, code);
	await release(database, poolId, holder.assignmentId);
	return holder;
}
