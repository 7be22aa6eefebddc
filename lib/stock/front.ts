import type { Session } from '../database/database';

/**
 * A condition on the codes of pool $1: at its front or behind it, and expiring later than `instant` (SQL).
 *
 * One comparison of rows, since an index scan begins at one bound: beside `expires_at > …`, a second one was
 * only a filter, and the scan began at the first dead entry.
 */
export function fromFrontOn(instant: string): string {
	const [expiresAt, batchId, line] = bounds(instant).map(
		(bound) => `(select ${bound} from :schema.fronts where pool_id = $1)`,
	);
	return `(expires_at, batch_id, line) >= (${expiresAt}, ${batchId}, ${line})`;
}

/** The same where the pool's row of `fronts` is joined: three sub-selects less, for a single claim. */
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
 * The end of a statement that puts codes into the stock: lowers the front to the row of `pool_id`,
 * `expires_at`, `batch_id`, `line` that is selected before it. Every pool has a front, so that this is never an
 * insert; it is one for the lock, which it takes even where the front is low enough.
 */
export const lowersFront = `on conflict (pool_id) do update
	set expires_at = excluded.expires_at, batch_id = excluded.batch_id, line = excluded.line
	where (fronts.expires_at, fronts.batch_id, fronts.line) > (excluded.expires_at, excluded.batch_id, excluded.line)`;

/**
 * Raises the front to the first free code; the session holds the front's row.
 *
 * The look is a statement of its own, after the lock: whoever lowers the front holds the same lock until its
 * commit, so that either this look sees its codes, or it lowers the front after this. A code that another client
 * has taken, but not yet committed, still counts as free.
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
 * Lowers the front to the first free code if one stands before it, as it does when codes were put into the table
 * by hand, or a backup was restored in part.
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
