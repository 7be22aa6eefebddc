import type { Database } from '../database/database';
import { confirm } from './confirm';
import { findHolder, type Holder } from './find-holder';

/**
 * Makes a code that is on hold its recipient's for good.
 *
 * @returns who holds it
 * @throws CouponPoolsError `hold_ended`; `code_not_found` if nobody holds it, or several do; `pool_not_found`
 */
export async function confirmCode(
	database: Database,
	poolId: string,
	code: string,
): Promise<Holder & { code: string }> {
	const holder = await findHolder(database, poolId, code);
	await confirm(database, poolId, holder.assignmentId);
	return holder;
}
