import type { Session } from '../database/database';
import { instantText } from '../database/instant-text';
import { LEDGER_EVENTS, type LedgerEventName } from './pool-event';
import { isOfTopic } from './tell-ledger';

/**
 * Raises the marks up to which a watcher was told of the ledger, and forgets the record of single events told below
 * them. Needs `lockWatcher`.
 *
 * An event may become visible after one with a higher number, so a mark is first noted, and set at a later look: when
 * every transaction that was open when it was noted has ended (all below its xmax), their events are visible and told,
 * and the mark is safe. The minute is for an event whose number was drawn before its transaction had an id. A
 * transaction id that is still in the future was noted on another server, before a restore: it is noted anew.
 *
 * In a Citus cluster each node counts its own transactions, and those that give codes have ids only on the node of
 * their pool. So ids are read together with the pool's events, by a plain select, which runs where these are stored:
 * what an update computes without looking at a row, the coordinator computes. A pool that moves to another node is not
 * written to at that moment, so that no transaction is open whose number could be mistaken.
 */
export async function raiseMarks(session: Session, watcher: string): Promise<void> {
	const marks = await session.query<Mark>(LOOK, [watcher, LEDGER_EVENTS]);
	const steps = marks.map(stepOf).filter((step) => step !== null);
	if (steps.length === 0) {
		return;
	}
	await session.query(SET, [
		watcher,
		steps.map(({ pool_id }) => pool_id),
		steps.map(({ topic }) => topic),
		steps.map(({ told_to }) => told_to),
		steps.map(({ next_to }) => next_to),
		steps.map(({ next_xmax }) => next_xmax),
		steps.map(({ next_at }) => next_at && instantText(next_at)),
	]);
	const raised = steps.filter(({ isRaised, is_lowest }) => isRaised && is_lowest);
	if (raised.length > 0) {
		await session.query(FORGET, [watcher, raised.map(({ pool_id }) => pool_id)]);
	}
}

/** The mark of a topic in a pool, and what was noted as the next mark. */
interface Mark {
	pool_id: string;
	topic: LedgerEventName;
	told_to: string;
	/** Whether no other topic of the pool has a lower one. */
	is_lowest: boolean;
	next_to: string | null;
	next_xmax: string | null;
	next_at: Date | null;
	/** Whether all events up to what was noted are visible, and if so the first of them that was not yet told. */
	is_complete: boolean;
	first_untold: string | null;
	/** Whether it was noted on another server. */
	is_strange: boolean;
	head: string | null;
	xmax: string;
	now: Date;
}

/**
 * What becomes of a mark; null if it stays. It rises to the first event that was not yet told, so that a look, and the
 * record of what was told, do not grow with everything told of a long queue. Once it has reached what was noted, the
 * newest event is noted.
 */
function stepOf(mark: Mark): (Mark & { isRaised: boolean }) | null {
	const { next_to: next, first_untold: untold, head, xmax, now } = mark;
	const safe = mark.is_complete && next !== null ? (untold === null ? next : before(untold)) : '0';
	const isRaised = BigInt(safe) > BigInt(mark.told_to);
	const raised = { ...mark, isRaised, told_to: isRaised ? safe : mark.told_to };
	if (next !== null && raised.told_to !== next && !mark.is_strange) {
		return isRaised ? raised : null;
	}
	if (head !== null && BigInt(head) > BigInt(raised.told_to)) {
		return { ...raised, next_to: head, next_xmax: xmax, next_at: now };
	}
	return isRaised ? { ...raised, next_to: null, next_xmax: null, next_at: null } : null;
}

function before(id: string): string {
	return (BigInt(id) - 1n).toString();
}

const isComplete = `(
	next_xmax is not null and next_at < now() - interval '1 minute'
	and next_xmax <= pg_snapshot_xmin(pg_current_snapshot())
)`;

const LOOK = `
	select pool_id, topic, told_to, told_to = min(told_to) over (partition by pool_id) as is_lowest,
		next_to, next_xmax::text, next_at,
		(select max(id) from :schema.events where pool_id = watches.pool_id) as head,
		pg_snapshot_xmax(pg_current_snapshot())::text as xmax, now() as now,
		coalesce(next_xmax > pg_snapshot_xmax(pg_current_snapshot()), false) as is_strange,
		coalesce(${isComplete}, false) as is_complete,
		case when ${isComplete} then (
			select id from :schema.events
			where pool_id = watches.pool_id and id > watches.told_to and id <= watches.next_to
				and ${isOfTopic}
				and exists (
					select from :schema.assignments where pool_id = watches.pool_id and id = events.assignment_id
				)
				and not exists (
					select from :schema.deliveries
					where pool_id = watches.pool_id and watcher = $1 and event_id = events.id
				)
			order by id
			limit 1
		) end as first_untold
	from :schema.watches
	where watcher = $1 and topic = any ($2::text[])`;

const SET = `
	update :schema.watches
	set told_to = mark.told_to, next_to = mark.next_to, next_xmax = mark.next_xmax, next_at = mark.next_at
	from unnest($2::bigint[], $3::text[], $4::bigint[], $5::bigint[], $6::xid8[], $7::timestamptz[])
		as mark (pool_id, topic, told_to, next_to, next_xmax, next_at)
	where watches.pool_id = mark.pool_id and watches.watcher = $1 and watches.topic = mark.topic`;

/** Up to the lowest mark of the pool, since both topics have their records in one table. */
const FORGET = `
	delete from :schema.deliveries
	where watcher = $1 and pool_id = any ($2::bigint[]) and event_id <= (
		select min(told_to) from :schema.watches where pool_id = deliveries.pool_id and watcher = $1
	)`;
