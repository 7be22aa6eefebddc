import { isId } from '../database/check-id';
import type { Database } from '../database/database';
import { sqlState, UNIQUE_VIOLATION } from '../database/explain-error';
import { CouponPoolsError, invalidInput } from '../errors';
import { changeDynamic, checkDaysToExpiry, checkDynamic, readDynamic } from './dynamic-settings';
import { addSharedCodes, checkSharedCodes } from './add-shared-codes';
import { checkSettings, checkTogether } from './check-settings';
import { poolColumns, readPool, type PoolRow } from './columns';
import { poolNotFound } from './find-pool';
import type { Pool, PoolSettings } from './pool';

/**
 * Changes the given settings of a pool and leaves the rest as it is. Its name can be changed too, its type cannot.
 * Shared codes that the pool does not have yet are added to those it has.
 *
 * @throws CouponPoolsError `pool_not_found`; `invalid_input`, also for making an archived pool active; `pool_exists` if
 *   the new name is taken
 */
export async function updatePool(
	database: Database,
	poolId: string,
	changes: Partial<PoolSettings>,
	options: { timezone?: string } = {},
): Promise<Pool> {
	if (!isId(poolId)) {
		throw poolNotFound(poolId);
	}
	const columns = checkSettings(changes, options.timezone);
	columns.delete('type');
	const sharedCodes = checkSharedCodes(changes.sharedCodes ?? [], options.timezone);
	const dynamic = changes.dynamic && checkDynamic(changes.dynamic);
	const assignments = [...columns.keys()]
		.map((name, index) => `${name} = $${index + 2}, `)
		.join('');
	// What an archived pool is set to counts from when it is restored.
	const afterRestoring =
		columns.get('active') === false
			? 'active_before_archive = case when archived_at is not null then false end, '
			: '';
	try {
		return await database.transaction(async (session) => {
			const [row] = await session.query<PoolRow>(
				`update :schema.pools set ${assignments}${afterRestoring} updated_at = now() where id = $1 returning ${poolColumns}`,
				[poolId, ...columns.values()],
			);
			if (row === undefined) {
				throw poolNotFound(poolId);
			}
			if (row.archived_at !== null && columns.get('active') === true) {
				throw invalidInput(
					`The pool ${JSON.stringify(row.name)} is archived and cannot be active`,
					'Restore it first.',
				);
			}
			if (row.type !== 'shared' && sharedCodes.length > 0) {
				throw invalidInput(
					`A ${row.type} pool has no shared codes`,
					'Upload its codes, or choose a shared pool.',
				);
			}
			await addSharedCodes(session, poolId, sharedCodes);
			if (dynamic !== undefined) {
				await changeDynamic(session, row, dynamic);
			}
			const pool = readPool(row);
			checkTogether(pool, columns);
			const makes = pool.type === 'dynamic' ? await readDynamic(session, poolId) : null;
			if (makes !== null) {
				checkDaysToExpiry(makes, pool.expirationCutoffDays);
			}
			return pool;
		});
	} catch (error) {
		if (sqlState(error) === UNIQUE_VIOLATION && columns.has('name')) {
			throw new CouponPoolsError(
				'pool_exists',
				`A pool named ${JSON.stringify(columns.get('name'))} exists already`,
				{
					hint: 'Choose another name.',
					cause: error,
				},
			);
		}
		throw error;
	}
}
