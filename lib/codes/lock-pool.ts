import { isId } from '../database/check-id';
import type { Session } from '../database/database';
import { CouponPoolsError } from '../errors';

/**
 * Keeps the pool from being deleted until the transaction ends; assignments and settings go on meanwhile.
 *
 * @throws CouponPoolsError `pool_not_found`; `wrong_pool_type` for a shared pool, which has no stock to fill, and for
 *   a dynamic one, which makes its own
 */
export async function lockPoolForUpload(session: Session, poolId: string): Promise<void> {
	const known = isId(poolId);
	if (known) {
		await session.query(LOCK, [poolId]);
	}
	const [pool] = known ? await session.query<{ name: string; type: string }>(FIND, [poolId]) : [];
	if (pool === undefined) {
		throw new CouponPoolsError(
			'pool_not_found',
			`There is no pool with the id ${JSON.stringify(poolId)}`,
			{
				hint: 'Choose the pool from the list, or create it first.',
			},
		);
	}
	if (pool.type === 'dynamic') {
		throw new CouponPoolsError(
			'wrong_pool_type',
			`The pool “${pool.name}” is dynamic: its codes are made, not uploaded`,
			{ hint: 'Upload the file to a unique pool, or let this one be refilled.' },
		);
	}
	if (pool.type !== 'unique') {
		throw new CouponPoolsError(
			'wrong_pool_type',
			`The pool “${pool.name}” is a shared pool: its one code for everybody is set in the pool itself`,
			{ hint: 'Set the code in the pool’s shared codes, or upload the file to a unique pool.' },
		);
	}
}

/**
 * The pool's row of `fronts` stands for it: to lock one row of `pools`, a Citus cluster locks all of them, and two
 * uploads at once deadlocked.
 */
const LOCK = 'select pool_id from :schema.fronts where pool_id = $1 for key share';

const FIND = 'select name, type from :schema.pools where id = $1';
