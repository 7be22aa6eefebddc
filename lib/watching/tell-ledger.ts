import type { Session } from '../database/database';
import type { PoolType } from '../pools/pool';
import type { LedgerEvent, LedgerEventName } from './pool-event';

/** Events that one look tells at most; the next one goes on. */
export const EVENTS_A_LOOK = 500;

/**
 * The events of the ledger that the watcher was not told yet, oldest first, and marks them as told. Needs
 * `lockWatcher`; the key of `deliveries` keeps each event to one telling even without.
 *
 * @returns `read`, how many there were: fewer are told, where a recipient was erased in the meantime
 */
export async function tellLedger(
	session: Session,
	watcher: string,
	poolIds: readonly string[],
	topics: readonly LedgerEventName[],
): Promise<{ events: LedgerEvent[]; read: number }> {
	const rows = await session.query<LedgerRow>(UNTOLD, [watcher, poolIds, topics, EVENTS_A_LOOK]);
	if (rows.length === 0) {
		return { events: [], read: 0 };
	}
	const told = await session.query<{ key: string }>(MARK_TOLD, [
		watcher,
		rows.map(({ pool_id }) => pool_id),
		rows.map(({ event_id }) => event_id),
	]);
	const keys = new Set(told.map(({ key }) => key));
	const events = rows
		.filter((row) => keys.has(`${row.pool_id} ${row.event_id}`) && !row.erased)
		.map(readEvent);
	return { events, read: rows.length };
}

interface LedgerRow
	extends Omit<LedgerEvent, 'event' | 'eventId' | 'occurredAt' | 'pool' | 'sample'> {
	event_id: string;
	kind: LedgerEventName;
	at: Date;
	pool_id: string;
	merchant: string;
	pool: string;
	type: PoolType;
	erased: boolean;
}

function readEvent(row: LedgerRow): LedgerEvent {
	return {
		event: row.kind,
		eventId: `${row.kind}:${row.pool_id}:${row.event_id}`,
		occurredAt: row.at,
		pool: { id: row.pool_id, merchant: row.merchant, name: row.pool, type: row.type },
		assignmentId: row.assignmentId,
		recipient: row.recipient,
		campaign: row.campaign,
		code: row.code,
		source: row.source,
		assignedAt: row.assignedAt,
		expiresAt: row.expiresAt,
		redeemedAt: row.redeemedAt,
		orderId: row.orderId,
		releasedAt: row.releasedAt,
	};
}

/** SQL: whether an event of the ledger is to be told. A code that was reserved is assigned when that is confirmed. */
export const isOfTopic = `(kind = watches.topic or watches.topic = 'assigned' and kind = 'confirmed')`;

const UNTOLD = `
	select untold.id as event_id, watches.topic as kind, untold.at,
		pools.id as pool_id, pools.merchant, pools.name as pool, pools.type,
		held.id as "assignmentId", held.recipient, held.campaign, held.code, held.source,
		held.assigned_at as "assignedAt", least(held.expires_at, pools.expires_at) as "expiresAt",
		held.redeemed_at as "redeemedAt", held.order_id as "orderId", held.released_at as "releasedAt",
		held.erased_at is not null as erased
	from :schema.watches
	join :schema.pools on pools.id = watches.pool_id
	cross join lateral (
		select id, at, assignment_id from :schema.events
		where pool_id = watches.pool_id and id > watches.told_to
			and ${isOfTopic}
			and not exists (
				select from :schema.deliveries
				where pool_id = watches.pool_id and watcher = $1 and event_id = events.id
			)
		order by id
		limit $4
	) as untold
	cross join lateral (
		select * from :schema.assignments
		where pool_id = watches.pool_id and id = untold.assignment_id
		limit 1
	) as held
	where watches.watcher = $1 and watches.pool_id = any ($2::bigint[]) and watches.topic = any ($3::text[])
	order by untold.at, untold.id
	limit $4`;

const MARK_TOLD = `
	insert into :schema.deliveries (pool_id, watcher, event_id)
	select pool_id, $1, event_id from unnest($2::bigint[], $3::bigint[]) as told (pool_id, event_id)
	on conflict do nothing
	returning pool_id || ' ' || event_id as key`;
