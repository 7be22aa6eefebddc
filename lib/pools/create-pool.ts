import type { Database, SqlValue } from '../database/database';
import { retried } from '../database/retry';
import { CouponPoolsError, invalidInput } from '../errors';
import { checkChoice } from '../texts/check-choice';
import { checkDynamic, saveDynamic } from './dynamic-settings';
import { addSharedCodes, checkSharedCodes } from './add-shared-codes';
import { checkSettings, checkTogether } from './check-settings';
import { poolColumns, readPool, type PoolRow } from './columns';
import type { Pool, PoolSettings } from './pool';
import { updatePool } from './update-pool';

export interface CreatePoolOptions {
	/** What to do if the merchant has a pool of this name: fail (default), use it as it is, or update what is given. */
	ifExists?: 'fail' | 'use' | 'update';
	/** Where a date without a time begins or ends. Default UTC. */
	timezone?: string;
}

/**
 * Makes a pool, or finds the one of the same merchant and name.
 *
 * @returns the pool, and whether it was made now
 * @throws CouponPoolsError `invalid_input`; `pool_exists`; `wrong_pool_type` if the existing one is of another type
 */
export async function createPool(
	database: Database,
	settings: PoolSettings,
	options: CreatePoolOptions = {},
): Promise<Pool & { created: boolean }> {
	const { ifExists = 'fail', timezone } = options;
	checkChoice(ifExists, 'If the Pool Exists', ['fail', 'use', 'update']);
	const { type = 'unique', merchant = '', name = '' } = settings;
	const columns = checkSettings({ ...settings, type, merchant, name }, timezone);
	const sharedCodes = checkSharedCodes(settings.sharedCodes ?? [], timezone);
	if (columns.get('type') !== 'shared' && sharedCodes.length > 0) {
		throw invalidInput(
			`A ${columns.get('type')} pool has no shared codes`,
			'Upload its codes, or choose the type shared.',
		);
	}
	if (columns.get('type') !== 'dynamic' && settings.dynamic !== undefined) {
		throw invalidInput(
			`A ${columns.get('type')} pool makes no codes`,
			'Choose the type dynamic, or leave out how codes are made.',
		);
	}
	const dynamic = columns.get('type') === 'dynamic' ? checkDynamic(settings.dynamic) : undefined;
	const created = await insertPool(database, columns, async (session, id) => {
		await addSharedCodes(session, id, sharedCodes);
		if (dynamic !== undefined) {
			await saveDynamic(session, id, dynamic);
		}
	});
	if (created !== undefined) {
		return { ...created, created: true };
	}

	const existing = await readByName(database, columns);
	if (ifExists === 'fail') {
		throw new CouponPoolsError(
			'pool_exists',
			`A pool named ${JSON.stringify(existing.name)} exists already`,
			{
				hint: 'Choose another name, or choose to use or to update the pool that exists.',
			},
		);
	}
	if (existing.type !== columns.get('type')) {
		throw new CouponPoolsError(
			'wrong_pool_type',
			`The pool ${JSON.stringify(existing.name)} exists and is ${existing.type}, not ${columns.get('type')}`,
			{ hint: 'A pool cannot change its type. Choose another name.' },
		);
	}
	if (ifExists === 'use') {
		return { ...existing, created: false };
	}
	return { ...(await updatePool(database, existing.id, settings, { timezone })), created: false };
}

async function insertPool(
	database: Database,
	columns: Map<string, SqlValue>,
	fill: (session: Pick<Database, 'query'>, id: string) => Promise<void>,
): Promise<Pool | undefined> {
	const names = [...columns.keys()];
	return await retried(
		async () =>
			await database.transaction(async (session) => {
				const [row] = await session.query<PoolRow>(
					`insert into :schema.pools (${names.join(', ')})
				values (${names.map((_, index) => `$${index + 1}`).join(', ')})
				on conflict (merchant, name) do nothing
				returning ${poolColumns}`,
					[...columns.values()],
				);
				if (row === undefined) {
					return undefined;
				}
				await session.query('insert into :schema.fronts (pool_id) values ($1)', [row.id]);
				await fill(session, row.id);
				const pool = readPool(row);
				checkTogether(pool, columns);
				return pool;
			}),
	);
}

async function readByName(database: Database, columns: Map<string, SqlValue>): Promise<Pool> {
	const [row] = await database.query<PoolRow>(
		`select ${poolColumns} from :schema.pools where merchant = $1 and name = $2`,
		[columns.get('merchant') ?? '', columns.get('name') ?? ''],
	);
	if (row === undefined) {
		throw new CouponPoolsError('pool_not_found', 'The pool was renamed or deleted at this moment', {
			hint: 'Try again.',
		});
	}
	return readPool(row);
}
