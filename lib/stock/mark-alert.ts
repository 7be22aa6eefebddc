import type { Session } from '../database/database';

/**
 * Remembers that a watcher was told of the fall of pools, and forgets it for those that are no longer low.
 *
 * @param requestId the same id is told the same again, since its answer may have been lost
 * @returns the ids of the pools that it was not told of before. If there are two checks at once, one gets them.
 */
export async function markAlert(
	session: Session,
	{ watcher, requestId }: { watcher: string; requestId: string | null },
	pools: { fallen: readonly string[]; others: readonly string[] },
): Promise<Set<string>> {
	await session.query(FORGET, [watcher, pools.others]);
	const told = await session.query<{ pool_id: string }>(TELL, [watcher, pools.fallen, requestId]);
	return new Set(told.map(({ pool_id }) => pool_id));
}

const FORGET = 'delete from :schema.alerts where watcher = $1 and pool_id = any ($2::bigint[])';

const TELL = `
	insert into :schema.alerts (pool_id, watcher, request_id)
	select unnest($2::bigint[]), $1, $3
	on conflict (pool_id, watcher) do update set request_id = excluded.request_id
		where alerts.request_id = excluded.request_id
	returning pool_id`;
