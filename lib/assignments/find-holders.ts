import { isStorable } from '../codes/get-code';
import type { Session } from '../database/database';

/** Who holds a code. */
export interface Holder {
	readonly poolId: string;
	readonly pool: string;
	readonly assignmentId: string;
	readonly recipient: string;
}

/** More are not needed to see that a code has several. */
const MOST_HOLDERS = 20;

/**
 * Those who hold a code: one in a unique pool; in a shared pool, or where it is the default code, maybe many.
 *
 * @param where.poolId in all pools if left out, archived ones too: their codes may still be used
 * @param where.recipient only this one
 */
export async function findHolders(
	session: Session,
	code: string,
	where: { poolId?: string; recipient?: string } = {},
): Promise<Holder[]> {
	if (!isStorable(code)) {
		return [];
	}
	const poolIds = where.poolId === undefined ? await allPools(session) : [where.poolId];
	return await session.query<Holder>(FIND, [code, poolIds, where.recipient ?? null, MOST_HOLDERS]);
}

async function allPools(session: Session): Promise<string[]> {
	const pools = await session.query<{ id: string }>('select id from :schema.pools');
	return pools.map(({ id }) => id);
}

/**
 * Two looks, since the codes of the stock have an index of their own. The pools are values, not joined rows: so
 * each index is asked once for each pool, and a cluster knows which shards hold them.
 */
const FIND = `
	select pools.id as "poolId", pools.name as pool, held.id as "assignmentId", held.recipient
	from (
		(
			select pool_id, id, recipient from :schema.assignments
			where pool_id = any ($2::bigint[]) and code = $1 and copy is not null and released_at is null
				and ($3::text is null or recipient = $3)
			limit $4
		)
		union all
		(
			select pool_id, id, recipient from :schema.assignments
			where pool_id = any ($2::bigint[]) and code = $1 and copy is null and released_at is null
				and ($3::text is null or recipient = $3)
			limit $4
		)
	) as held
	join :schema.pools on pools.id = held.pool_id
	limit $4`;
