import type { Database, Session } from '../database/database';

/**
 * A condition on the codes of pool $1: at its front or behind it, and expiring later than `instant` (SQL).
 *
 * One comparison of rows, since an index scan begins at one bound: beside `expires_at > …`, a second one was
 * only a filter, and the scan began at the first dead entry.
 */
export function fromFrontOn(instant: string): string {
	const bound = (column: string, otherwise: string) =>
		`(select case when expires_at > ${instant} then ${column} else ${otherwise} end from :schema.fronts where pool_id = $1)`;
	return `(expires_at, batch_id, line) >= (
			${bound('expires_at', instant)},
			${bound('batch_id', '9223372036854775807')},
			${bound('line', '2147483647')}
		)`;
}

/**
 * The end of a statement that puts codes into the stock: lowers the front to the row of `pool_id`,
 * `expires_at`, `batch_id`, `line` that is selected before it. Every pool has a front, so that this is never an
 * insert; it is one for the lock, which it takes even where the front is low enough.
 */
export const lowersFront = `on conflict (pool_id) do update
	set expires_at = excluded.expires_at, batch_id = excluded.batch_id, line = excluded.line
	where (fronts.expires_at, fronts.batch_id, fronts.line) > (excluded.expires_at, excluded.batch_id, excluded.line)`;

/** A claim then reads at most so many dead entries, a tenth of a millisecond; the look takes longer. */
const CODES_BETWEEN_LOOKS = 200;

const takenSince = new WeakMap<Database, Map<string, number>>();

/** To be told how many codes were taken; raises the front once in a while. */
export async function raiseFrontInTime(
	database: Database,
	poolId: string,
	taken: number,
): Promise<void> {
	const counts = takenSince.get(database) ?? new Map<string, number>();
	takenSince.set(database, counts);
	const count = (counts.get(poolId) ?? 0) + taken;
	counts.set(poolId, count < CODES_BETWEEN_LOOKS ? count : 0);
	if (count >= CODES_BETWEEN_LOOKS) {
		await raiseFront(database, poolId);
	}
}

/**
 * Raises the front to the first free code.
 *
 * The look is a statement of its own, after the lock: whoever lowers the front holds the same lock until its
 * commit, so that either this look sees its codes, or it lowers the front after this. A code that another client
 * has taken, but not yet committed, still counts as free.
 */
async function raiseFront(database: Database, poolId: string): Promise<void> {
	await database.transaction(async (session: Session) => {
		const locked = await session.query(
			'select pool_id from :schema.fronts where pool_id = $1 for update skip locked',
			[poolId],
		);
		if (locked.length === 0) {
			return; // Another client is at it.
		}
		await session.query(
			`update :schema.fronts
			set expires_at = first.expires_at, batch_id = first.batch_id, line = first.line
			from (
				select expires_at, batch_id, line from :schema.codes
				where pool_id = $1 and state = 'available' and ${fromFrontOn('now()')}
				order by expires_at, batch_id, line limit 1
			) as first
			where fronts.pool_id = $1`,
			[poolId],
		);
	});
}
