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
 */
export async function findHolders(
	session: Session,
	code: string,
	where: { poolId?: string } = {},
): Promise<Holder[]> {
	if (!isStorable(code)) {
		return [];
	}
	return await session.query<Holder>(FIND, [code, where.poolId ?? null, MOST_HOLDERS]);
}

/** Two looks for each pool, since the codes of the stock have an index of their own. */
const FIND = `
	select pools.id as "poolId", pools.name as pool, held.id as "assignmentId", held.recipient
	from :schema.pools
	cross join lateral (
		(
			select id, recipient from :schema.assignments
			where pool_id = pools.id and code = $1 and copy is not null and released_at is null
			limit $3
		)
		union all
		(
			select id, recipient from :schema.assignments
			where pool_id = pools.id and code = $1 and copy is null and released_at is null
			limit $3
		)
	) as held
	where $2::bigint is null or pools.id = $2::bigint
	limit $3`;
