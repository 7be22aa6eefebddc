import type { Database } from '../database/database';
import { changingSharedCodes, readSharedCode } from './changing-shared-codes';
import type { SharedCode } from './list-shared-codes';
import { restock, takeOutCopies } from './shared-copies';

/**
 * Takes a code out of a shared pool: it is no longer given. Whoever holds it keeps it.
 *
 * @returns the code as it was
 * @throws CouponPoolsError `pool_not_found`; `wrong_pool_type`; `code_not_found`
 */
export async function removeSharedCode(
	database: Database,
	poolId: string,
	id: string,
): Promise<SharedCode> {
	return await changingSharedCodes(database, poolId, async (session) => {
		const removed = await readSharedCode(session, poolId, id);
		await session.query('delete from :schema.shared_codes where pool_id = $1 and batch_id = $2', [
			poolId,
			id,
		]);
		const copies = { poolId, id, code: removed.code };
		await takeOutCopies(session, copies);
		// Copies that are released later must not count as available.
		await restock(session, copies, { ends_at: 'now', expires_at: 'infinity' });
		await session.query(
			'update :schema.batches set undone_at = now() where pool_id = $1 and id = $2',
			[poolId, id],
		);
		return removed;
	});
}
