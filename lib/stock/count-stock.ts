import type { Session } from '../database/database';
import { hourOf } from './tally';

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

/**
 * Sums of `tallies`, which say how many free codes expire in which hour, and how many were given in which. Only
 * the hour that a limit cuts in two is looked at in the tables themselves.
 *
 * @param poolIds all pools that are not archived if null
 */
export async function countStock(
	session: Session,
	poolIds: readonly string[] | null,
	expiringWithinDays: number,
): Promise<StockCounts[]> {
	return await session.query<StockCounts>(COUNT, [poolIds, expiringWithinDays]);
}

/** How many free codes of the pool have expired at an instant: those of whole hours before it, and of its hour. */
const expiredBy = (instant: string) => `
	case when pools.expires_at <= ${instant} then coalesce(free, 0) else
		(
			select coalesce(sum(available), 0) from :schema.tallies
			where pool_id = pools.id and expires_hour < ${hourOf(instant)}
		) + case
			when not exists (
				select from :schema.tallies where pool_id = pools.id and expires_hour = ${hourOf(instant)}
			) then 0
			else (
				select count(*) from :schema.codes
				where pool_id = pools.id and state = 'available'
					and expires_at >= ${hourOf(instant)} and expires_at <= ${instant}
			)
		end
	end`;

const usedSince = (instant: string) => `
	(
		select coalesce(sum(used), 0) from :schema.tallies
		where pool_id = pools.id and used_hour > ${hourOf(instant)}
	) + (
		select count(*) from :schema.assignments
		where pool_id = pools.id and source = 'pool'
			and assigned_at > ${instant} and assigned_at < ${hourOf(instant)} + interval '1 hour'
	)`;

const CUTOFF = 'now() + pools.expiration_cutoff';

const COUNT = `
	select pools.id as pool_id, now() as now,
		case
			when not active then 'inactive'
			when begins_at > now() then 'not_started'
			when expires_at <= now() then 'expired'
		end as closed,
		(coalesce(free, 0) - expired_by_cutoff)::float8 as available,
		(expired_by_cutoff - expired)::float8 as inside_cutoff,
		expired::float8 as expired_unassigned,
		greatest(expired_in_window - expired_by_cutoff, 0)::float8 as expiring,
		sums.*, used.*,
		(select coalesce(sum(added), 0)::float8 from :schema.batches where pool_id = pools.id) as total,
		exists (
			select from :schema.shared_codes
			where pool_id = pools.id and max_assignments is null
				and begins_at <= now() and now() < ends_at and expires_at > now()
		) as unlimited
	from :schema.pools
	cross join lateral (
		select sum(available) as free, coalesce(sum(reserved), 0)::float8 as reserved,
			coalesce(sum(assigned), 0)::float8 as assigned, coalesce(sum(removed), 0)::float8 as removed,
			coalesce(sum(redeemed), 0)::float8 as redeemed
		from :schema.tallies where pool_id = pools.id
	) as sums
	cross join lateral (
		select ${expiredBy('now()')} as expired, ${expiredBy(CUTOFF)} as expired_by_cutoff,
			${expiredBy("now() + $2::float8 * interval '24 hours'")} as expired_in_window
	) as expiry
	cross join lateral (
		select (${usedSince("now() - interval '24 hours'")})::float8 as used_last_24_hours,
			(${usedSince("now() - interval '168 hours'")})::float8 as used_last_7_days,
			(
				select assigned_at from :schema.assignments
				where pool_id = pools.id and source = 'pool' and assigned_at > now() - interval '168 hours'
				order by assigned_at limit 1
			) as first_use
	) as used
	where case when $1::bigint[] is null then archived_at is null else id = any ($1::bigint[]) end
	order by merchant, name`;
