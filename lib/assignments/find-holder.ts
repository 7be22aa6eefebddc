import { unknownCode } from '../codes/get-code';
import type { Database } from '../database/database';
import { CouponPoolsError } from '../errors';
import { findPool } from '../pools/find-pool';
import { isStorable } from '../texts/is-storable';

/** Who holds a code. */
export interface Holder {
	readonly poolId: string;
	readonly pool: string;
	readonly assignmentId: string;
	readonly recipient: string;
}

/**
 * Who holds a code that must have exactly one holder.
 *
 * @throws CouponPoolsError `code_not_found` if nobody holds it, or several do, as with a shared code; `pool_not_found`
 */
export async function findHolder(
	database: Database,
	poolId: string,
	code: string,
): Promise<Holder & { code: string }> {
	const pool = await findPool(database, { id: poolId });
	const text = code.trim();
	const [holder, another] = isStorable(text)
		? await database.query<{ assignmentId: string; recipient: string }>(FIND, [poolId, text])
		: [];
	if (holder === undefined) {
		throw unknownCode(text, pool.name, 'given');
	}
	if (another !== undefined) {
		throw new CouponPoolsError('code_not_found', `Several recipients hold the code ${text}`, {
			hint: "Choose 'Find By' → 'Assignment ID' and give the assignmentId.",
		});
	}
	return { poolId, pool: pool.name, ...holder, code: text };
}

/** Two look-ups, since the codes of the stock have an index of their own. */
const FIND = `
	(
		select id as "assignmentId", recipient from :schema.assignments
		where pool_id = $1 and code = $2 and copy is not null and released_at is null
		limit 2
	)
	union all
	(
		select id, recipient from :schema.assignments
		where pool_id = $1 and code = $2 and copy is null and released_at is null
		limit 2
	)
	limit 2`;
