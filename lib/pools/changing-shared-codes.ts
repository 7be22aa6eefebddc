import { isId } from '../database/check-id';
import type { Database, Session } from '../database/database';
import { retried } from '../database/retry';
import { poolNotFound } from './find-pool';
import {
	expectShared,
	listSharedCodes,
	unknownSharedCode,
	type SharedCode,
} from './list-shared-codes';

/** One change of a pool's shared codes at a time: whether two overlap depends on all of them. */
export async function changingSharedCodes<Result>(
	database: Database,
	poolId: string,
	work: (session: Session) => Promise<Result>,
): Promise<Result> {
	return await retried(
		async () =>
			await database.transaction(async (session) => {
				const [pool] = isId(poolId)
					? await session.query<{ name: string; type: string }>(LOCK, [poolId])
					: [];
				if (pool === undefined) {
					throw poolNotFound(poolId);
				}
				expectShared(pool.name, pool.type);
				return await work(session);
			}),
	);
}

export async function readSharedCode(
	session: Session,
	poolId: string,
	id: string,
): Promise<SharedCode> {
	const found = (await listSharedCodes(session, poolId)).find((row) => row.id === id);
	if (found === undefined) {
		throw unknownSharedCode(id);
	}
	return found;
}

const LOCK = 'update :schema.pools set updated_at = now() where id = $1 returning name, type';
