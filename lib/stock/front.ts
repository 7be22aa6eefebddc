import type { Session } from '../database/database';

/**
 * A condition on the codes of pool $1: at its front or after it, and expiring later than `instant` (SQL).
 *
 * A single comparison of rows, since an index scan begins at one bound: next to `expires_at > …`, a second bound was
 * only a filter, and the scan began at the first dead entry.
 */
export function fromFrontOn(instant: string): string {
	const [expiresAt, batchId, line] = bounds(instant).map(
		(bound) => `(select ${bound} from :schema.fronts where pool_id = $1)`,
	);
	return `(expires_at, batch_id, line) >= (${expiresAt}, ${batchId}, ${line})`;
}

/** The same where the pool's row of `fronts` is joined: three sub-selects fewer, for a single claim. */
export function fromJoinedFrontOn(instant: string): string {
	return `(expires_at, batch_id, line) >= (${bounds(instant).join(', ')})`;
}

function bounds(instant: string): string[] {
	const bound = (column: string, otherwise: string) =>
		`case when fronts.expires_at > ${instant} then fronts.${column} else ${otherwise} end`;
	return [
		bound('expires_at', instant),
		bound('batch_id', '9223372036854775807'),
		bound('line', '2147483647'),
	];
}

/**
 * The end of a statement that puts codes into the stock: lowers the front to the row of `pool_id`, `expires_at`,
 * `batch_id`, `line` that is selected before it. Every pool has a front, so this never inserts; it is an insert for the
 * sake of the lock, which it takes even if the front is low enough.
 */
export const lowersFront = `on conflict (pool_id) do update
	set expires_at = excluded.expires_at, batch_id = excluded.batch_id, line = excluded.line
	where (fronts.expires_at, fronts.batch_id, fronts.line) > (excluded.expires_at, excluded.batch_id, excluded.line)`;

/**
 * Raises the front to the first free code; the session holds the front's row.
 *
 * It looks by a statement of its own, after the lock: whoever lowers the front holds the same lock until its commit, so
 * either this statement sees its codes, or it lowers the front afterwards. A code that another client has taken, but
 * not yet committed, still counts as free.
 */
export async function raiseFront(session: Session, poolId: string): Promise<void> {
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
}

/**
 * Lowers the front to the first free code if that stands before it, as may be when codes were put into the table by
 * hand, or a backup was restored in part.
 *
 * @returns whether there was one
 */
export async function findBeforeFront(session: Session, poolId: string): Promise<boolean> {
	const found = await session.query(
		`insert into :schema.fronts (pool_id, expires_at, batch_id, line)
		select pool_id, expires_at, batch_id, line from (
			select pool_id, expires_at, batch_id, line from :schema.codes
			where pool_id = $1 and state = 'available' and expires_at > now()
			order by expires_at, batch_id, line limit 1
		) as first
		${lowersFront}
		returning pool_id`,
		[poolId],
	);
	return found.length > 0;
}
