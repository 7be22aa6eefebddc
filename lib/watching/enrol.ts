import type { Session } from '../database/database';
import { askedPools } from '../pools/asked-pools';
import type { LedgerEventName } from './pool-event';

export type Topic = 'stock' | LedgerEventName;

/**
 * Makes this transaction the only one that looks on behalf of the watcher.
 *
 * @param wait whether to wait for another process that is looking, instead of leaving it to that one
 * @returns when the watcher looked last, null if never; undefined if another process is looking now
 */
export async function lockWatcher(
	session: Session,
	watcher: string,
	{ wait }: { wait: boolean },
): Promise<{ lookedAt: Date | null } | undefined> {
	// A process that freezes in between would otherwise keep the others out until its connection is found dead.
	await session.query("set local idle_in_transaction_session_timeout = '30s'");
	if (wait) {
		await session.query(ADD_WATCHER, [watcher]);
	}
	const [row] = await session.query<{ lookedAt: Date | null }>(
		wait ? LOCK_WATCHER : `${LOCK_WATCHER} skip locked`,
		[watcher],
	);
	return row;
}

/**
 * Watches these pools for these topics from now on, and no others. What is already watched goes on where it stands; a
 * pool that was made since the last look is watched from its beginning. Archived pools keep their place.
 *
 * @param lookedAt when the watcher looked last, as returned by `lockWatcher`
 */
export async function enrol(
	session: Session,
	watcher: string,
	poolIds: readonly string[],
	topics: readonly Topic[],
	lookedAt: Date | null,
): Promise<void> {
	await session.query(LEAVE_OTHERS, [watcher, poolIds, topics]);
	await session.query(ADD_POOLS, [watcher, poolIds, topics, lookedAt]);
}

/** Forgets what the watcher was not yet told of the ledger. */
export async function beginNow(session: Session, watcher: string): Promise<void> {
	await session.query(BEGIN_NOW, [watcher]);
	await session.query('delete from :schema.deliveries where watcher = $1', [watcher]);
}

export async function noteLook(session: Session, watcher: string): Promise<void> {
	await session.query(NOTE_LOOK, [watcher]);
}

const ADD_WATCHER = `
	insert into :schema.watches (pool_id, watcher, topic) values (0, $1, 'watcher')
	on conflict do nothing`;

const LOCK_WATCHER = `
	select looked_at as "lookedAt" from :schema.watches
	where pool_id = 0 and watcher = $1 and topic = 'watcher'
	for update`;

const LEAVE_OTHERS = `
	delete from :schema.watches
	where watcher = $1 and pool_id <> 0 and (
		topic <> all ($3::text[])
		or pool_id <> all ($2::bigint[]) and not exists (
			select from :schema.pools where id = pool_id and archived_at is not null
		)
	)`;

/**
 * The minute is for a pool whose maker had not committed yet at the last look. Before the first look, no pool is new.
 */
const ADD_POOLS = `
	insert into :schema.watches (pool_id, watcher, topic, told_to)
	select pool.pool_id, $1, topics.topic, case
		when topics.topic = 'stock' then null
		when pool.created_at > $4::timestamptz - interval '1 minute' then 0
		else coalesce((select max(id) from :schema.events where pool_id = pool.pool_id), 0)
	end
	from ${askedPools('$2')} as pool
	cross join unnest($3::text[]) as topics (topic)
	where not exists (
		select from :schema.watches as known
		where known.pool_id = pool.pool_id and known.watcher = $1 and known.topic = topics.topic
	)`;

const BEGIN_NOW = `
	update :schema.watches
	set told_to = coalesce((select max(id) from :schema.events where pool_id = watches.pool_id), 0),
		next_to = null, next_xmax = null, next_at = null
	where watcher = $1 and told_to is not null`;

const NOTE_LOOK = `
	update :schema.watches set looked_at = now()
	where pool_id = 0 and watcher = $1 and topic = 'watcher'`;
