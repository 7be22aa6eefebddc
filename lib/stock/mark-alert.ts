import type { Session } from '../database/database';
import { askedPools } from '../pools/asked-pools';

/** A pool that has fallen to its threshold. */
export interface FallenPool {
	readonly id: string;
	/** How many codes more would be just at the threshold. */
	readonly below: number;
}

/**
 * Remembers that a watcher was told of the fall of pools, and forgets it for those that are no longer low. A pool that
 * was refilled and has fallen again since then, between two checks, is told of again.
 *
 * @param requestId the same id is told the same again, since its answer may have been lost
 * @returns the ids of the pools that it was not told of before. If there are two checks at once, one gets them.
 */
export async function markAlert(
	session: Session,
	{ watcher, requestId }: { watcher: string; requestId: string | null },
	pools: { fallen: readonly FallenPool[]; others: readonly string[] },
): Promise<Set<string>> {
	await session.query(FORGET, [watcher, pools.others]);
	await forgetRefilled(session, watcher, pools.fallen);
	const fallen = pools.fallen.map(({ id }) => id);
	const told = await session.query<{ pool_id: string }>(TELL, [watcher, fallen, requestId]);
	return new Set(told.map(({ pool_id }) => pool_id));
}

/** Forgets it for those that were filled up above their threshold after the watcher was told. */
async function forgetRefilled(
	session: Session,
	watcher: string,
	fallen: readonly FallenPool[],
): Promise<void> {
	const below = new Map(fallen.map((pool) => [pool.id, pool.below]));
	const refills = (await session.query<Refill>(REFILLS, [watcher, [...below.keys()]])).filter(
		({ pool_id, more }) => more > (below.get(pool_id) ?? Infinity),
	);
	if (refills.length > 0) {
		const pools = refills.map(({ pool_id }) => pool_id);
		const instants = refills.map(({ filled_at }) => filled_at);
		await session.query(FORGET_REFILLED, [watcher, pools, instants]);
	}
}

interface Refill {
	pool_id: string;
	filled_at: string;
	more: number;
}

const FORGET = 'delete from :schema.alerts where watcher = $1 and pool_id = any ($2::bigint[])';

/**
 * More are not counted, so that a look at a pool of millions stays short: one that is far below its threshold, and was
 * far above it after its last refill, is then told of no sooner than when it was seen above it.
 */
const MOST_COUNTED = 10_000;

/**
 * The batches since the watcher was told of a pool, and how many codes more there were right after each: those that were
 * given since, without those that came later. A batch that grows is of codes that were made to be given at once. Of a
 * pool that is filled all the time, the last ten batches tell enough.
 */
const REFILLS = `
	select pool.pool_id, filled_at::text, (
		select count(*) from (
			select from :schema.assignments
			where pool_id = pool.pool_id and source = 'pool' and released_at is null and assigned_at > filled_at
			limit ${MOST_COUNTED}
		) as given
	)::float8 - added_later as more
	from ${askedPools('$2')} as pool
	join :schema.alerts on alerts.pool_id = pool.pool_id and watcher = $1
	cross join lateral (
		select created_at as filled_at,
			(sum(added) over (partition by pool_id order by id desc) - added)::float8 as added_later
		from :schema.batches
		where pool_id = pool.pool_id and created_at > alerts.told_at and grows_until is null
		order by id desc
		limit 10
	) as batches`;

/** Of two checks at once, the second leaves what the first has told since. */
const FORGET_REFILLED = `
	delete from :schema.alerts
	using unnest($2::bigint[], $3::timestamptz[]) as refills (id, filled_at)
	where watcher = $1 and pool_id = any ($2::bigint[]) and pool_id = refills.id and told_at < refills.filled_at`;

const TELL = `
	insert into :schema.alerts (pool_id, watcher, request_id)
	select unnest($2::bigint[]), $1, $3
	on conflict (pool_id, watcher) do update set request_id = excluded.request_id
		where alerts.request_id = excluded.request_id
	returning pool_id`;
