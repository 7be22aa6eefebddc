import { isId } from '../database/check-id';
import type { Database, Session } from '../database/database';
import { CouponPoolsError } from '../errors';
import { poolNotFound } from './find-pool';
import { nameSome, workflowsUsing } from './where-used';

/** What somebody should know of when a pool was deleted; null if there is nothing. */
export interface DeletedPool {
	readonly warning: string | null;
}

/**
 * Deletes an empty pool: one that gave no code and has none, or whose codes were all removed. The codes of a shared
 * pool are its settings and go with it, if nobody was given one. A refusal names the workflows that use the pool; an
 * empty pool is deleted all the same, since nobody can get a code from it, and the warning names them.
 *
 * @throws CouponPoolsError `pool_not_found`; `pool_not_empty`
 */
export async function deletePool(database: Database, poolId: string): Promise<DeletedPool> {
	return await database.transaction(async (session) => {
		if (isId(poolId)) {
			// Waits for an upload that is under way.
			await session.query(LOCK, [poolId]);
		}
		const [pool] = isId(poolId) ? await session.query<{ name: string }>(FIND, [poolId]) : [];
		if (pool === undefined) {
			throw poolNotFound(poolId);
		}
		const users = await workflowsUsing(session, poolId);
		await expectEmpty(session, poolId, pool.name, users);
		for (const table of [
			'watches',
			'deliveries',
			'alerts',
			'events',
			'codes',
			'shared_codes',
			'batches',
			'fronts',
			'tallies',
			'report_sums',
			'campaign_sums',
			'quarter_sums',
			'uses',
			'refill_codes',
			'refills',
			'dynamic_pools',
		]) {
			await session.query(`delete from :schema.${table} where pool_id = $1`, [poolId]);
		}
		await session.query('delete from :schema.pools where id = $1', [poolId]);
		return { warning: users.length === 0 ? null : warningOf(users) };
	});
}

function warningOf(users: readonly string[]): string {
	return `Used by ${nameSome(users)}: their steps find no such pool any more. Choose another one in them.`;
}

async function expectEmpty(
	session: Session,
	poolId: string,
	name: string,
	users: readonly string[],
): Promise<void> {
	const [holds] = await session.query<{ assignments: boolean; codes: boolean; refills: boolean }>(
		LOOK,
		[poolId],
	);
	if (holds.refills) {
		throw new CouponPoolsError(
			'pool_not_empty',
			`The pool ${JSON.stringify(name)} cannot be deleted: codes of it are on their way to the shop`,
			{ hint: 'Refill it first, which settles them, or archive it.' },
		);
	}
	if (holds.assignments || holds.codes) {
		const used = users.length === 0 ? '' : `, and is used by ${nameSome(users)}`;
		throw new CouponPoolsError(
			'pool_not_empty',
			`The pool ${JSON.stringify(name)} cannot be deleted: it ${holds.assignments ? 'has given codes' : 'has codes'}${used}`,
			{
				hint: holds.assignments
					? 'Archive it instead: it gives no more codes, is hidden from lists, and its history is kept.'
					: 'Archive it instead, or undo its batches first.',
			},
		);
	}
}

/** The lock that uploads take as well (see `lockPoolForUpload`). */
const LOCK = 'select pool_id from :schema.fronts where pool_id = $1 for update';

const FIND = 'select name from :schema.pools where id = $1';

const LOOK = `
	select
		exists (select from :schema.assignments where pool_id = $1) as assignments,
		type <> 'shared' and exists (
			select from :schema.codes where pool_id = $1 and state <> 'removed'
		) as codes,
		exists (select from :schema.refill_codes where pool_id = $1) as refills
	from :schema.pools
	where id = $1`;
