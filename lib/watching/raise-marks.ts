import type { Session } from '../database/database';
import { LEDGER_EVENTS, type LedgerEventName } from './pool-event';
import { isOfTopic } from './tell-ledger';

/**
 * Raises the marks up to which a watcher was told of the ledger, and forgets single tellings below them. Needs
 * `lockWatcher`.
 *
 * An event may become visible after one with a higher number, so a mark is first noted, and set at a later look:
 * when every transaction that was open at the noting has ended (all below its xmax), their events are visible,
 * told, and the mark is safe. The minute is for an event whose number was drawn when its transaction had no id
 * yet. A transaction id that is still to come was noted on another server, before a restore: it is noted anew.
 *
 * In a Citus cluster each node counts transactions of its own, and those that give codes have ids on the node of
 * their pool alone. So ids are read together with the pool's events, by a plain select, which is run where these
 * stand: what an update reckons without looking at a row, the coordinator reckons. A pool that moves to another node
 * is not written to at that moment, so that no transaction is open whose number could be mistaken.
 */
export async function raiseMarks(session: Session, watcher: string): Promise<void> {
	const marks = await session.query<Mark>(LOOK, [watcher, LEDGER_EVENTS]);
	const changed = marks.filter(({ is_safe, notes }) => is_safe || notes);
	if (changed.length === 0) {
		return;
	}
	await session.query(SET, [
		watcher,
		changed.map(({ pool_id }) => pool_id),
		changed.map(({ topic }) => topic),
		changed.map(({ told_to }) => told_to),
		changed.map(({ notes, head }) => (notes ? head : null)),
		changed.map(({ notes, xmax }) => (notes ? xmax : null)),
		changed.map(({ notes, now }) => (notes ? now.toISOString() : null)),
	]);
	const raised = changed.filter(({ is_safe }) => is_safe);
	if (raised.length > 0) {
		await session.query(FORGET, [watcher, raised.map(({ pool_id }) => pool_id)]);
	}
}

/** The mark of a topic in a pool. */
interface Mark {
	pool_id: string;
	topic: LedgerEventName;
	/** Whether what was noted can be the mark; then `told_to` is that. */
	is_safe: boolean;
	told_to: string;
	/** Whether the newest event is to be noted as the next mark. */
	notes: boolean;
	head: string | null;
	xmax: string;
	now: Date;
}

const LOOK = `
	select pool_id, topic, is_safe, told_to, head, xmax::text, now() as now,
		coalesce((next_xmax is null or is_safe or next_xmax > xmax) and head > told_to, false) as notes
	from (
		select pool_id, topic, next_xmax, head, xmax, is_safe, case when is_safe then next_to else told_to end as told_to
		from (
			select pool_id, topic, told_to, next_to, next_xmax,
				(select max(id) from :schema.events where pool_id = watches.pool_id) as head,
				pg_snapshot_xmax(pg_current_snapshot()) as xmax,
				next_xmax is not null and next_at < now() - interval '1 minute'
					and next_xmax <= pg_snapshot_xmin(pg_current_snapshot())
					and not exists (
						select from :schema.events
						where pool_id = watches.pool_id and id > watches.told_to and id <= watches.next_to
							and ${isOfTopic}
							and exists (
								select from :schema.assignments where pool_id = watches.pool_id and id = events.assignment_id
							)
							and not exists (
								select from :schema.deliveries
								where pool_id = watches.pool_id and watcher = $1 and event_id = events.id
							)
					) as is_safe
			from :schema.watches
			where watcher = $1 and topic = any ($2::text[])
		) as looked
	) as reckoned`;

const SET = `
	update :schema.watches
	set told_to = mark.told_to, next_to = mark.next_to, next_xmax = mark.next_xmax, next_at = mark.next_at
	from unnest($2::bigint[], $3::text[], $4::bigint[], $5::bigint[], $6::xid8[], $7::timestamptz[])
		as mark (pool_id, topic, told_to, next_to, next_xmax, next_at)
	where watches.pool_id = mark.pool_id and watches.watcher = $1 and watches.topic = mark.topic`;

/** Up to the lowest mark of the pool: both topics have their tellings in one table. */
const FORGET = `
	delete from :schema.deliveries
	where watcher = $1 and pool_id = any ($2::bigint[]) and event_id <= (
		select min(told_to) from :schema.watches where pool_id = deliveries.pool_id and watcher = $1
	)`;
