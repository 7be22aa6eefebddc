import type { Session } from './database';

/** Lets one transaction of those that do the same go at a time: the next begins when this one has ended. */
export async function takeTurns(session: Session, what: string): Promise<void> {
	await session.query(TAKE_TURNS, [what]);
}

/**
 * The key includes the table's own number, so that another schema is not kept waiting. In a Citus cluster, only the
 * coordinator has this table, so that all transactions meet there.
 */
const TAKE_TURNS = `
	select pg_advisory_xact_lock(hashtextextended('coupon pools: ' || $1::text, tableoid::bigint))
	from :schema.migrations
	where id = 1`;
