import { DateTime } from 'luxon';

import type { Batch } from '../batches/batch';
import { listBatches } from '../batches/list-batches';
import type { Database, Session } from '../database/database';
import { timeZone } from '../dates/time-zone';
import { invalidInput } from '../errors';
import { checkThreshold } from '../stock/check-threshold';
import type { StockStatus } from '../stock/stock-report';
import { findPool } from './find-pool';
import type { PoolType } from './pool';
import { proveSums, type Proof } from './prove-sums';

/** How a pool did, on one page. */
export interface PoolReport {
	readonly pool: {
		readonly id: string;
		readonly merchant: string;
		readonly name: string;
		readonly type: PoolType;
		readonly status: StockStatus | 'archived';
	};
	/** Codes: total = available + insideCutoff + reserved + assigned + removed + expiredUnassigned. */
	readonly total: number;
	/** Null: without limit. */
	readonly available: number | null;
	readonly insideCutoff: number;
	readonly reserved: number;
	readonly assigned: number;
	readonly removed: number;
	readonly expiredUnassigned: number;
	/** Assignments that stand: of codes of the stock, of shared codes without limit, of the default code. */
	readonly assignments: number;
	/** Of these, those of the default code. */
	readonly defaultCodes: number;
	readonly redeemed: number;
	/** Redeemed, in percent of the assignments, one decimal; null where there are none. */
	readonly redemptionRate: number | null;
	/** The largest first; at most 100. */
	readonly campaigns: readonly CampaignReport[];
	readonly campaignsInAll: number;
	/** Each day of the time asked for, the last one today. */
	readonly days: readonly DayReport[];
	/** The latest first; at most 100. */
	readonly batches: readonly Batch[];
	readonly proof: Proof;
	readonly timezone: string;
	readonly reportedAt: Date;
}

export interface CampaignReport {
	readonly campaign: string;
	readonly assigned: number;
	readonly redeemed: number;
	/** In percent, one decimal. */
	readonly redemptionRate: number;
	readonly firstAssignedAt: Date;
	readonly lastAssignedAt: Date;
}

export interface DayReport {
	/** As `2026-11-20`, a day of the timezone. */
	readonly day: string;
	readonly assigned: number;
	readonly redeemed: number;
}

const MOST_ROWS = 100;
const MOST_DAYS = 366;

/**
 * What became of a pool's codes: in all, by campaign, by day and by batch, and the proof that the sums add up. It
 * reads the pool's codes and assignments a few times and answers with a bounded number of rows, however many there are.
 *
 * @param options.days how many days back, today included: 1 to 366. Default 30.
 * @param options.timezone whose days they are. Default UTC.
 * @throws CouponPoolsError `pool_not_found`; `invalid_input`
 */
export async function reportPool(
	database: Database,
	poolId: string,
	options: { days?: number; timezone?: string } = {},
): Promise<PoolReport> {
	const { days = 30, timezone = 'UTC' } = options;
	if (!(Number.isInteger(days) && days >= 1 && days <= MOST_DAYS)) {
		throw invalidInput(`The report is to cover ${days} days`, 'Give a whole number from 1 to 366.');
	}
	timeZone(timezone);
	const pool = await findPool(database, { id: poolId });
	const [stock] = await checkThreshold(database, [pool.id], { alert: 'never' });
	const campaigns = await database.query<CampaignRow>(CAMPAIGNS, [pool.id, MOST_ROWS]);
	const [totals = { campaignsInAll: 0, assignments: 0, redemptions: 0, defaultCodes: 0 }] =
		campaigns;
	const { batches } = await listBatches(database, pool.id, { limit: MOST_ROWS });
	const { id, merchant, name, type } = pool;
	return {
		pool: {
			id,
			merchant,
			name,
			type,
			status: pool.archivedAt === null ? stock.status : 'archived',
		},
		total: stock.total,
		available: stock.available,
		insideCutoff: stock.insideCutoff,
		reserved: stock.reserved,
		assigned: stock.assigned,
		removed: stock.removed,
		expiredUnassigned: stock.expiredUnassigned,
		assignments: totals.assignments,
		defaultCodes: totals.defaultCodes,
		redeemed: totals.redemptions,
		redemptionRate:
			totals.assignments === 0 ? null : percent(totals.redemptions, totals.assignments),
		campaigns: campaigns.map(
			({ campaign, assigned, redeemed, firstAssignedAt, lastAssignedAt }) => ({
				...{ campaign, assigned, redeemed, firstAssignedAt, lastAssignedAt },
				redemptionRate: percent(redeemed, assigned),
			}),
		),
		campaignsInAll: totals.campaignsInAll,
		days: await countDays(database, pool.id, { days, timezone, now: stock.checkedAt }),
		batches,
		proof: await proveSums(database, pool.id),
		timezone,
		reportedAt: stock.checkedAt,
	};
}

/** A campaign, and the totals of all of them. */
interface CampaignRow extends Omit<CampaignReport, 'redemptionRate'> {
	campaignsInAll: number;
	assignments: number;
	redemptions: number;
	defaultCodes: number;
}

function percent(part: number, whole: number): number {
	return Math.round((part / whole) * 1000) / 10;
}

/** The days are made here, so that their names mean what they mean elsewhere: PostgreSQL reads `UTC+2` the other way. */
async function countDays(
	session: Session,
	poolId: string,
	{ days, timezone, now }: { days: number; timezone: string; now: Date },
): Promise<DayReport[]> {
	const today = DateTime.fromJSDate(now, { zone: timeZone(timezone) }).startOf('day');
	const starts = Array.from({ length: days + 1 }, (_, index) =>
		today.plus({ days: index + 1 - days }),
	);
	const rows = await session.query<{ day: number; assigned: number; redeemed: number }>(DAYS, [
		poolId,
		starts.map((start) => start.toUTC().toISO()),
	]);
	const byDay = new Map(rows.map((row) => [row.day, row]));
	return starts.slice(0, -1).map((start, index) => ({
		day: start.toFormat('yyyy-MM-dd'),
		assigned: byDay.get(index + 1)?.assigned ?? 0,
		redeemed: byDay.get(index + 1)?.redeemed ?? 0,
	}));
}

const CAMPAIGNS = `
	with by_campaign as materialized (
		select campaign, count(*)::float8 as assigned, count(redeemed_at)::float8 as redeemed,
			(count(*) filter (where source = 'default'))::float8 as by_default,
			min(assigned_at) as first, max(assigned_at) as last
		from :schema.assignments
		where pool_id = $1 and released_at is null
		group by campaign
	)
	select campaign, assigned, redeemed, first as "firstAssignedAt", last as "lastAssignedAt",
		(count(*) over ())::float8 as "campaignsInAll", sum(assigned) over () as assignments,
		sum(redeemed) over () as redemptions, sum(by_default) over () as "defaultCodes"
	from by_campaign
	order by assigned desc, campaign
	limit $2`;

const DAYS = `
	with happened as (
		select width_bucket(assigned_at, $2::timestamptz[]) as day, count(*) as assigned, 0 as redeemed
		from :schema.assignments
		where pool_id = $1 and released_at is null and assigned_at >= ($2::timestamptz[])[1]
		group by 1
		union all
		select width_bucket(redeemed_at, $2::timestamptz[]), 0, count(*)
		from :schema.assignments
		where pool_id = $1 and released_at is null and redeemed_at >= ($2::timestamptz[])[1]
		group by 1
	)
	select day, sum(assigned)::float8 as assigned, sum(redeemed)::float8 as redeemed
	from happened
	group by day`;
