import type { Session } from '../database/database';

/**
 * For this many seconds, nobody waits for the pool's shop on the spot, and no refill starts on its own. A refill that a
 * person asks for is made all the same.
 */
export async function pauseRefills(
	session: Session,
	poolId: string,
	seconds: number,
): Promise<void> {
	await session.query(PAUSE, [poolId, seconds]);
}

/** Ends the pause: what was made can be given. */
export async function unpauseRefills(session: Session, poolId: string): Promise<void> {
	await session.query(UNPAUSE, [poolId]);
}

/** A short pause does not cut a long one short. */
const PAUSE = `
	update :schema.dynamic_pools
	set paused_until = greatest(paused_until, statement_timestamp() + $2::float8 * interval '1 second')
	where pool_id = $1`;

const UNPAUSE = `
	update :schema.dynamic_pools set paused_until = '-infinity'
	where pool_id = $1 and paused_until > '-infinity'`;
