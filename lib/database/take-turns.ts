import type { Session } from './database';

/** Of all transactions that do the same, one at a time: the next begins when this one has ended. */
export async function takeTurns(session: Session, what: string): Promise<void> {
	await session.query(TAKE_TURNS, [what]);
}

/**
 * The table's own number makes the key, so that another schema is not kept waiting. The table is one that in a Citus
 * cluster the coordinator alone has: there all meet.
 */
const TAKE_TURNS = `
	select pg_advisory_xact_lock(hashtextextended('coupon pools: ' || $1::text, tableoid::bigint))
	from :schema.migrations
	where id = 1`;
