import type { Batch } from '../batches/batch';
import { listBatches } from '../batches/list-batches';
import type { Database, Session } from '../database/database';
import { timeZone } from '../dates/time-zone';
import { invalidInput } from '../errors';
import { findPool } from '../pools/find-pool';
import type { PoolType } from '../pools/pool';
import { checkThreshold } from '../stock/check-threshold';
import type { StockStatus } from '../stock/stock-report';
import { proveSums, type Proof } from './prove-sums';
import { readUse, readUseByTime, type UseOfCampaign } from './read-use';
import { startsOfDays } from './starts-of-days';
import { sumUpUse } from './sum-up-use';

/** How a pool did, on one page. */
export interface PoolReport {
	readonly pool: {
		readonly id: string;
		readonly merchant: string;
		readonly name: string;
		readonly type: PoolType;
		readonly status: StockStatus | 'archived';
	};
	/** Codes: total = available + insideCutoff + reserved + assigned + removed + expiredUnassigned + upcoming. */
	readonly total: number;
	/** Null: without limit. */
	readonly available: number | null;
	readonly insideCutoff: number;
	readonly reserved: number;
	readonly assigned: number;
	readonly removed: number;
	readonly expiredUnassigned: number;
	/** Of shared codes whose time has not come yet. */
	readonly upcoming: number;
	/** Assignments that still stand: of codes of the stock, of shared codes without limit, of the default code. */
	readonly assignments: number;
	/** Of these, those of the default code. */
	readonly defaultCodes: number;
	readonly redeemed: number;
	/** Percent of the assignments that were redeemed, one decimal; null if there are no assignments. */
	readonly redemptionRate: number | null;
	/** The largest first; at most 100. */
	readonly campaigns: readonly CampaignReport[];
	readonly campaignsInAll: number;
	/** Each day of the time asked for, the last one today. */
	readonly days: readonly DayReport[];
	/** The latest first; at most 100. */
	readonly batches: readonly Batch[];
	/** Null unless asked for. */
	readonly proof: Proof | null;
	readonly timezone: string;
	readonly reportedAt: Date;
}

/** A campaign whose codes were all taken back counts no assignments. */
export interface CampaignReport extends UseOfCampaign {
	/** In percent, one decimal; null where there is nothing to redeem. */
	readonly redemptionRate: number | null;
}

export interface DayReport {
	/** A day of the timezone, such as `2026-11-20`. */
	readonly day: string;
	readonly assigned: number;
	readonly redeemed: number;
}

export interface ReportOptions {
	days?: number;
	timezone?: string;
	prove?: boolean;
}

const MOST_ROWS = 100;
const MOST_DAYS = 366;

/**
 * What became of a pool's codes: in all, by campaign, by day and by batch. It reads the sums that are kept and what
 * happened in the last minutes, however many codes there are. The first report of a pool that was used by earlier
 * versions, or written by hand, sums up everything that ever happened.
 *
 * @param options.days how many days back, today included: 1 to 366. Default 30.
 * @param options.timezone the timezone of the days. Default UTC.
 * @param options.prove also count every code, assignment and event, and compare: 3 s per million codes. Default false.
 * @throws CouponPoolsError `pool_not_found`; `invalid_input`
 */
export async function reportPool(
	database: Database,
	poolId: string,
	options: ReportOptions = {},
): Promise<PoolReport> {
	const { days = 30, timezone = 'UTC', prove = false } = options;
	if (!(Number.isInteger(days) && days >= 1 && days <= MOST_DAYS)) {
		throw invalidInput(`The report is to cover ${days} days`, 'Give a whole number from 1 to 366.');
	}
	timeZone(timezone);
	const pool = await findPool(database, { id: poolId });
	await sumUpUse(database, pool.id);
	const [stock] = await checkThreshold(database, [pool.id], { alert: 'never' });
	const { inAll, campaigns } = await readUse(database, pool.id, MOST_ROWS);
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
		upcoming: stock.upcoming,
		assignments: inAll.assignments,
		defaultCodes: inAll.defaultCodes,
		redeemed: inAll.redeemed,
		redemptionRate: percent(inAll.redeemed, inAll.assignments),
		campaigns: campaigns.map((campaign) => ({
			...campaign,
			redemptionRate: percent(campaign.redeemed, campaign.assigned),
		})),
		campaignsInAll: inAll.campaigns,
		days: await countDays(database, pool.id, { days, timezone, now: stock.checkedAt }),
		batches,
		proof: prove ? await proveSums(database, pool.id) : null,
		timezone,
		reportedAt: stock.checkedAt,
	};
}

function percent(part: number, whole: number): number | null {
	return whole === 0 ? null : Math.round((part / whole) * 1000) / 10;
}

/**
 * The days are worked out here, so that timezones mean what they mean elsewhere: PostgreSQL reads `UTC+2` the other way
 * round.
 */
async function countDays(
	session: Session,
	poolId: string,
	{ days, timezone, now }: { days: number; timezone: string; now: Date },
): Promise<DayReport[]> {
	const starts = startsOfDays({ days, timezone, now });
	const use = await readUseByTime(
		session,
		poolId,
		starts.map((start) => start.toUTC().toISO() ?? ''),
	);
	return starts.slice(0, -1).map((start, index) => ({
		day: start.toFormat('yyyy-MM-dd'),
		assigned: use.get(index)?.assigned ?? 0,
		redeemed: use.get(index)?.redeemed ?? 0,
	}));
}
