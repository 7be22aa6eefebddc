import type { Session } from '../database/database';
import { LEDGER_EVENTS } from './pool-event';

/**
 * Raises the marks up to which a watcher was told of the ledger, and forgets single tellings below them.
 *
 * An event may become visible after one with a higher number, so a mark is first noted, and set at a later look:
 * when every transaction that was open at the noting has ended (all below its xmax), their events are visible,
 * told, and the mark is safe. The minute is for an event whose number was drawn when its transaction had no id
 * yet, and for clusters, where the coordinator does not see the workers' transactions. A transaction id that is
 * still to come was noted on another server, before a restore: it is noted anew.
 */
export async function raiseMarks(session: Session, watcher: string): Promise<void> {
	const raised = await session.query<{ pool_id: string }>(RAISE, [watcher, LEDGER_EVENTS]);
	await session.query(NOTE_NEXT, [watcher, LEDGER_EVENTS]);
	if (raised.length > 0) {
		await session.query(FORGET, [watcher, raised.map(({ pool_id }) => pool_id)]);
	}
}

const RAISE = `
	update :schema.watches
	set told_to = next_to, next_to = null, next_xmax = null, next_at = null
	where watcher = $1 and topic = any ($2::text[])
		and next_at < now() - interval '1 minute'
		and next_xmax <= pg_snapshot_xmin(pg_current_snapshot())
		and not exists (
			select from :schema.events
			where pool_id = watches.pool_id and id > watches.told_to and id <= watches.next_to and kind = watches.topic
				and exists (
					select from :schema.assignments where pool_id = watches.pool_id and id = events.assignment_id
				)
				and not exists (
					select from :schema.deliveries
					where pool_id = watches.pool_id and watcher = $1 and event_id = events.id
				)
		)
	returning pool_id`;

const NOTE_NEXT = `
	update :schema.watches
	set next_to = head.id, next_xmax = pg_snapshot_xmax(pg_current_snapshot()), next_at = now()
	from (
		select pool_id, topic, (
			select max(id) from :schema.events where pool_id = noted.pool_id
		) as id
		from :schema.watches as noted
		where watcher = $1 and topic = any ($2::text[])
			and (next_xmax is null or next_xmax > pg_snapshot_xmax(pg_current_snapshot()))
	) as head
	where watches.pool_id = head.pool_id and watches.watcher = $1 and watches.topic = head.topic
		and head.id > watches.told_to`;

/** Up to the lowest mark of the pool: both topics have their tellings in one table. */
const FORGET = `
	delete from :schema.deliveries
	where watcher = $1 and pool_id = any ($2::bigint[]) and event_id <= (
		select min(told_to) from :schema.watches where pool_id = deliveries.pool_id and watcher = $1
	)`;
