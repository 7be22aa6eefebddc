import type { Session } from '../database/database';

/**
 * Forgets the request ids of codes that were repeated in the very moment in which their recipient was erased: such a
 * repeat still saw the person, and writes its id after the erasure has looked.
 */
export async function forgetLateRequests(session: Session, poolId: string): Promise<void> {
	await session.query(FORGET, [poolId]);
}

const FORGET = `
	update :schema.events set request_id = null
	from (
		select id from :schema.assignments where pool_id = $1 and erased_at is not null
	) as erased
	where events.pool_id = $1 and events.assignment_id = erased.id and events.kind <> 'assigned'
		and events.request_id is not null`;
