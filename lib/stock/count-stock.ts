import type { Session } from '../database/database';
import { isOutsideCutoff, isPresent } from '../pools/present-shared-code';
import { askedPools } from '../pools/asked-pools';
import { hourOf } from './tally';
import type { ClosedStatus } from './why-closed';

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
	/** Copies of shared codes whose time has not come yet. */
	upcoming: number;
	total: number;
	used_last_24_hours: number;
	used_last_7_days: number;
	/** The first use ever, or 7 days ago if that is later; null if nothing was used in these. */
	used_since: Date | null;
	expiring: number;
	/** A shared pool whose present code has no limit. */
	unlimited: boolean;
	/** A shared pool that gives no code at present, and will. */
	between_codes: boolean;
	closed: ClosedStatus | null;
	now: Date;
}

/**
 * From the sums in `tallies`, which say how many free codes expire in which hour, and how many codes were given in
 * which. Only for the hour that a limit cuts in two are the tables themselves looked at.
 *
 * @returns the figures of those pools that exist, in the order of merchant and name
 */
export async function countStock(
	session: Session,
	poolIds: readonly string[],
	expiringWithinDays: number,
): Promise<StockCounts[]> {
	return await session.query<StockCounts>(COUNT, [poolIds, expiringWithinDays]);
}

/** The instants by which free codes have expired, or will have expired. */
const LIMITS = {
	now: 'now()',
	// Copies of a shared code stay in the stock until they are no longer given, which is not an expiry.
	cutoff: "now() + case when type = 'shared' then interval '0' else pool.expiration_cutoff end",
	window: "now() + $2::float8 * interval '24 hours'",
} as const;

type Limit = keyof typeof LIMITS;

/** From the sums: the free codes that expire in whole hours before the limit, and whether any expire in its hour. */
const sumsUntil = (limit: Limit) => `
	sum(available) filter (where expires_hour < ${hourOf(LIMITS[limit])}) as before_${limit},
	bool_or(expires_hour = ${hourOf(LIMITS[limit])}) as around_${limit}`;

const expiredBy = (limit: Limit) => `
	case
		when pool.expires_at <= ${LIMITS[limit]} then coalesce(free, 0)
		when around_${limit} is not true then coalesce(before_${limit}, 0)
		else coalesce(before_${limit}, 0) + coalesce((
			select count(*) from :schema.codes
			where pool_id = pool.pool_id and state = 'available'
				and expires_at >= ${hourOf(LIMITS[limit])} and expires_at <= ${LIMITS[limit]}
			group by pool_id
		), 0)
	end`;

/**
 * Of an expired pool they have expired, too. Its sums are read once more for shared pools alone; they are kept by batch,
 * and each shared code is a batch.
 */
const upcoming = (condition: string) => `
	case when type = 'shared' and pool.expires_at > now() then coalesce((
		select sum(tallies.available)
		from :schema.shared_codes
		join :schema.tallies on tallies.pool_id = shared_codes.pool_id and tallies.batch_id = shared_codes.batch_id
		where shared_codes.pool_id = pool.pool_id and shared_codes.begins_at > now() and ${condition}
		group by shared_codes.pool_id
	), 0) else 0 end`;

const usedSince = (instant: string) => `
	sum(used) filter (where used_hour > ${hourOf(instant)})`;

/** What was used in the hour that the instant cuts in two. */
const usedAfter = (instant: string) => `
	(
		select count(*) from :schema.assignments
		where pool_id = pool.pool_id and source = 'pool'
			and assigned_at > ${instant} and assigned_at < ${hourOf(instant)} + interval '1 hour'
	)`;

const A_DAY_AGO = "now() - interval '24 hours'";
const A_WEEK_AGO = "now() - interval '168 hours'";

/**
 * What depends on the pool's own cutoff is grouped by the pool, although there is only one: a Citus cluster allows no
 * other sum that depends on a row of the pools, which are on all its nodes.
 */
const COUNT = `
	select pool_id, now() as now,
		case
			when not active then 'inactive'
			when begins_at > now() then 'not_started'
			when expires_at <= now() then 'expired'
			when between_codes then 'not_started'
		end as closed, between_codes,
		(case when expires_too_soon then 0 else free - expired_by_cutoff - upcoming end)::float8 as available,
		(case when expires_too_soon then free - upcoming else expired_by_cutoff end - expired)::float8 as inside_cutoff,
		coalesce(reserved, 0)::float8 as reserved, coalesce(assigned, 0)::float8 as assigned,
		coalesce(redeemed, 0)::float8 as redeemed, coalesce(removed, 0)::float8 as removed,
		expired::float8 as expired_unassigned, upcoming::float8 as upcoming,
		total, used_last_24_hours::float8, used_last_7_days::float8, used_since,
		greatest(expired_in_window - expired_by_cutoff - upcoming_in_window, 0)::float8 as expiring, unlimited
	from (
		select pool.*, coalesce(free, 0) as free, reserved, assigned, redeemed, removed,
			${expiredBy('now')} as expired,
			${expiredBy('cutoff')} as expired_by_cutoff,
			${expiredBy('window')} as expired_in_window,
			${upcoming('true')} as upcoming,
			${upcoming(`least(ends_at, shared_codes.expires_at, pool.expires_at) <= ${LIMITS.window}`)} as upcoming_in_window,
			coalesce(used_in_day, 0) + ${usedAfter(A_DAY_AGO)} as used_last_24_hours,
			coalesce(used_in_week, 0) + ${usedAfter(A_WEEK_AGO)} as used_last_7_days,
			case when used_in_week > 0 or ${usedAfter(A_WEEK_AGO)} > 0 then greatest(${A_WEEK_AGO}, (
				select min(assigned_at) from :schema.assignments where pool_id = pool.pool_id and source = 'pool'
			)) end as used_since,
			(select coalesce(sum(added), 0)::float8 from :schema.batches where pool_id = pool.pool_id) as total,
			exists (
				select from :schema.shared_codes
				where pool_id = pool.pool_id and max_assignments is null and ${isPresent} and ${isOutsideCutoff}
			) as unlimited,
			exists (
				select from :schema.shared_codes
				where pool_id = pool.pool_id and ${isPresent} and not ${isOutsideCutoff}
			) as expires_too_soon,
			type = 'shared'
				and not exists (select from :schema.shared_codes where pool_id = pool.pool_id and ${isPresent})
				and exists (select from :schema.shared_codes where pool_id = pool.pool_id and begins_at > now())
				as between_codes
		from ${askedPools('$1')} as pool
		left join lateral (
			select sum(available) as free, sum(reserved) as reserved, sum(assigned) as assigned, sum(removed) as removed,
				sum(redeemed) as redeemed, ${sumsUntil('now')}, ${sumsUntil('cutoff')}, ${sumsUntil('window')},
				${usedSince(A_DAY_AGO)} as used_in_day, ${usedSince(A_WEEK_AGO)} as used_in_week
			from :schema.tallies where pool_id = pool.pool_id
			group by pool_id
		) as sums on true
	) as counted
	order by merchant, name`;
