import type { Session } from '../database/database';
import { changesSinceSums } from './use-changes';

/** The use of a pool's codes in all. Only assignments that still stand count. */
export interface UseInAll {
	readonly assignments: number;
	readonly defaultCodes: number;
	readonly redeemed: number;
	readonly campaigns: number;
}

export interface UseOfCampaign {
	readonly campaign: string;
	readonly assigned: number;
	readonly redeemed: number;
	readonly firstAssignedAt: Date;
	readonly lastAssignedAt: Date;
}

/** The use in all, and by the largest campaigns: from the sums, and from what the ledger has gained since. */
export async function readUse(
	session: Session,
	poolId: string,
	mostCampaigns: number,
): Promise<{ inAll: UseInAll; campaigns: UseOfCampaign[] }> {
	const rows = await session.query<UseOfCampaign & { inAll: UseInAll }>(READ, [
		poolId,
		mostCampaigns,
	]);
	const nothing = { assignments: 0, defaultCodes: 0, redeemed: 0, campaigns: 0 };
	return {
		inAll: rows.at(0)?.inAll ?? nothing,
		campaigns: rows.map(({ campaign, assigned, redeemed, firstAssignedAt, lastAssignedAt }) => ({
			...{ campaign, assigned, redeemed, firstAssignedAt, lastAssignedAt },
		})),
	};
}

/** What was given and redeemed in consecutive periods; `starts` has one entry more, the end of the last period. */
export async function readUseByTime(
	session: Session,
	poolId: string,
	starts: readonly string[],
): Promise<Map<number, { assigned: number; redeemed: number }>> {
	const rows = await session.query<{ index: number; assigned: number; redeemed: number }>(BY_TIME, [
		poolId,
		starts,
	]);
	return new Map(rows.map(({ index, ...use }) => [index, use]));
}

/**
 * Of the kept campaigns, it reads as many more as have changed since: only these can have fallen behind another one.
 */
const READ = `
	with fresh as materialized (${changesSinceSums}), changed as materialized (
		select campaign, sum(assigned) as assigned, sum(redeemed) as redeemed,
			min(at) filter (where assigned > 0) as first, max(at) filter (where assigned > 0) as last
		from fresh
		group by campaign
	), candidates as materialized (
		select campaign from (
			select campaign from :schema.campaign_sums
			where pool_id = $1
			order by assigned desc, campaign
			limit $2::int + (select count(*) from changed)
		) as largest
		union
		select campaign from changed
	), sums as (
		select campaign,
			(coalesce(kept.assigned, 0) + coalesce(changed.assigned, 0))::float8 as assigned,
			(coalesce(kept.redeemed, 0) + coalesce(changed.redeemed, 0))::float8 as redeemed,
			least(kept.first_assigned_at, first) as first, greatest(kept.last_assigned_at, last) as last
		from candidates
		left join (select * from :schema.campaign_sums where pool_id = $1) as kept using (campaign)
		left join changed using (campaign)
	), in_all as (
		select coalesce(sum(assigned), 0) as assigned, coalesce(sum(redeemed), 0) as redeemed,
			coalesce(sum(assigned) filter (where source = 'default'), 0) as by_default,
			(
				select count(*) from changed
				where not exists (
					select from :schema.campaign_sums where pool_id = $1 and campaign = changed.campaign
				)
			) as campaigns
		from fresh
	)
	select campaign, sums.assigned, sums.redeemed, first as "firstAssignedAt", last as "lastAssignedAt",
		json_build_object(
			'assignments', coalesce(kept.assigned, 0) + in_all.assigned,
			'defaultCodes', coalesce(kept.by_default, 0) + in_all.by_default,
			'redeemed', coalesce(kept.redeemed, 0) + in_all.redeemed,
			'campaigns', coalesce(kept.campaigns, 0) + in_all.campaigns
		) as "inAll"
	from sums
	cross join in_all
	left join :schema.report_sums as kept on kept.pool_id = $1
	order by sums.assigned desc, campaign
	limit $2`;

const BY_TIME = `
	select width_bucket(at, $2::timestamptz[]) - 1 as index, sum(assigned)::float8 as assigned, sum(redeemed)::float8 as redeemed
	from (
		select quarter as at, assigned, redeemed from :schema.quarter_sums
		where pool_id = $1 and quarter >= ($2::timestamptz[])[1]
		union all
		select at, assigned, redeemed from (${changesSinceSums}) as fresh
		where at >= ($2::timestamptz[])[1]
	) as happened
	group by 1`;
