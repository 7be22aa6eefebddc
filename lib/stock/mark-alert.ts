import type { Session } from '../database/database';

/**
 * Remembers that the pools are low, and forgets it of those that are not any more.
 *
 * @returns the ids of those that were not low before: the ones to tell of. Of two checks at once, one gets them.
 */
export async function markAlert(
	session: Session,
	pools: { low: readonly string[]; ok: readonly string[] },
): Promise<Set<string>> {
	const fallen = await session.query<{ id: string }>(
		`with re_armed as (
			update :schema.pools set low_since = null where id = any ($2::bigint[]) and low_since is not null
		)
		update :schema.pools set low_since = now() where id = any ($1::bigint[]) and low_since is null
		returning id`,
		[pools.low, pools.ok],
	);
	return new Set(fallen.map(({ id }) => id));
}
