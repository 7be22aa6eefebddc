import type { Session } from '../database/database';

/**
 * Remembers that a watcher was told that pools have fallen, and forgets it of those that have not any more.
 *
 * @returns the ids of those that it was not told of before. Of two checks at once, one gets them.
 */
export async function markAlert(
	session: Session,
	watcher: string,
	pools: { fallen: readonly string[]; others: readonly string[] },
): Promise<Set<string>> {
	await session.query(FORGET, [watcher, pools.others]);
	const told = await session.query<{ pool_id: string }>(TELL, [watcher, pools.fallen]);
	return new Set(told.map(({ pool_id }) => pool_id));
}

const FORGET = 'delete from :schema.alerts where watcher = $1 and pool_id = any ($2::bigint[])';

const TELL = `
	insert into :schema.alerts (pool_id, watcher)
	select unnest($2::bigint[]), $1
	on conflict (pool_id, watcher) do nothing
	returning pool_id`;
