import type { Session } from '../database/database';

/** The figures of one pool, all from one moment. */
export interface StockCounts {
	pool_id: string;
	available: number;
	inside_cutoff: number;
	reserved: number;
	assigned: number;
	redeemed: number;
	removed: number;
	expired_unassigned: number;
	total: number;
	used_last_24_hours: number;
	used_last_7_days: number;
	/** First use of the last 7 days. */
	first_use: Date | null;
	expiring: number;
	/** A shared pool whose present code has no limit. */
	unlimited: boolean;
	closed: 'inactive' | 'expired' | 'not_started' | null;
	now: Date;
}

/** @param poolIds all pools that are not archived if null */
export async function countStock(
	session: Session,
	poolIds: readonly string[] | null,
	expiringWithinDays: number,
): Promise<StockCounts[]> {
	return await session.query<StockCounts>(
		`select pools.id as pool_id, now() as now,
			case
				when not active then 'inactive'
				when begins_at > now() then 'not_started'
				when expires_at <= now() then 'expired'
			end as closed,
			stock.*, used.*, added.total,
			exists (
				select from :schema.shared_codes
				where pool_id = pools.id and max_assignments is null
					and begins_at <= now() and now() < ends_at and expires_at > now()
			) as unlimited
		from :schema.pools
		cross join lateral (
			select
				count(*) filter (where state = 'available' and expiry > now() + pools.expiration_cutoff)::float8 as available,
				count(*) filter (where state = 'available' and expiry > now() and expiry <= now() + pools.expiration_cutoff)::float8 as inside_cutoff,
				count(*) filter (where state = 'reserved')::float8 as reserved,
				count(*) filter (where state = 'assigned')::float8 as assigned,
				count(*) filter (where state = 'removed')::float8 as removed,
				count(*) filter (where state = 'available' and expiry <= now())::float8 as expired_unassigned,
				count(*) filter (
					where state = 'available' and expiry > now() + pools.expiration_cutoff
						and expiry <= now() + $2::float8 * interval '24 hours'
				)::float8 as expiring
			from (
				select state, least(expires_at, pools.expires_at) as expiry from :schema.codes where pool_id = pools.id
			) as codes
		) as stock
		cross join lateral (
			select
				count(*) filter (where redeemed_at is not null and released_at is null and copy is not null)::float8 as redeemed,
				count(*) filter (where source = 'pool' and assigned_at > now() - interval '24 hours')::float8 as used_last_24_hours,
				count(*) filter (where source = 'pool' and assigned_at > now() - interval '168 hours')::float8 as used_last_7_days,
				min(assigned_at) filter (where source = 'pool' and assigned_at > now() - interval '168 hours') as first_use
			from :schema.assignments where pool_id = pools.id
		) as used
		cross join lateral (
			select coalesce(sum(added), 0)::float8 as total from :schema.batches where pool_id = pools.id
		) as added
		where case when $1::bigint[] is null then archived_at is null else id = any ($1::bigint[]) end
		order by merchant, name`,
		[poolIds, expiringWithinDays],
	);
}
