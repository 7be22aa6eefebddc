import { recipientForms } from '../assignments/check-requests';
import type { Session } from '../database/database';
import { checkLimit, pageOf, readPlace, type PageRequest, type Placed } from '../database/page';
import { findPool } from '../pools/find-pool';

/** A code that a recipient was given, or given again. */
export interface HistoryEntry {
	/** `initial`: given for the first time; `repeat`: the same code once more. */
	readonly issue: 'initial' | 'repeat';
	readonly at: Date;
	readonly code: string;
	readonly poolId: string;
	readonly merchant: string;
	readonly pool: string;
	readonly campaign: string;
	readonly source: 'pool' | 'default';
	/** The code's or the pool's, whichever comes first; null for never. */
	readonly expiresAt: Date | null;
	readonly redeemedAt: Date | null;
	readonly orderId: string | null;
	/** When the code was taken back; null while it is held. */
	readonly releasedAt: Date | null;
	readonly assignmentId: string;
}

/**
 * A page of all that a recipient was given, the oldest first; `next` is null on the last one.
 *
 * @param options.poolId only this pool; all pools if left out
 * @throws CouponPoolsError `invalid_input`; `pool_not_found`
 */
export async function getHistory(
	session: Session,
	recipient: string,
	options: { poolId?: string } & PageRequest = {},
): Promise<{ entries: HistoryEntry[]; next: string | null }> {
	const limit = checkLimit(options.limit);
	const place = readPlace(options.after, ['instant', 'number', 'number']) ?? [
		'-infinity',
		'0',
		'0',
	];
	const forms = recipientForms(recipient);
	if (options.poolId !== undefined) {
		await findPool(session, { id: options.poolId });
	}
	const rows = await session.query<Placed<HistoryEntry>>(HISTORY, [
		forms,
		options.poolId ?? null,
		...place,
		limit + 1,
	]);
	const page = pageOf<HistoryEntry>(rows, limit);
	return { entries: page.rows, next: page.next };
}

/** One look-up per pool, by the index that begins with the pool; after that, what one person has is short. */
const HISTORY = `
	with held as materialized (
		select pools.merchant, pools.name, pools.expires_at as pool_expires_at, assignments.*
		from :schema.pools
		cross join lateral (
			select * from :schema.assignments where pool_id = pools.id and recipient = any ($1::text[])
		) as assignments
		where $2::bigint is null or pools.id = $2::bigint
	), issued as (
		select held.*, 'initial' as issue, assigned_at as at, 0::bigint as event from held
		union all
		select held.*, 'repeat', events.at, events.id
		from held
		join :schema.events on events.pool_id = held.pool_id and events.assignment_id = held.id
			and events.kind <> 'assigned' and events.kind = 'repeated'
	)
	select issue, at, array[at::text, id::text, event::text] as place, code, pool_id as "poolId", merchant, name as pool, campaign, source,
		least(expires_at, pool_expires_at) as "expiresAt", redeemed_at as "redeemedAt", order_id as "orderId",
		released_at as "releasedAt", id as "assignmentId"
	from issued
	where (at, id, event) > ($3::timestamptz, $4::bigint, $5::bigint)
	order by at, id, event
	limit $6`;
