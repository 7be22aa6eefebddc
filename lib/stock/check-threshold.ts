import { endAllHolds } from '../assignments/end-holds';
import { isId } from '../database/check-id';
import type { Database } from '../database/database';
import { timeZone } from '../dates/time-zone';
import { invalidInput } from '../errors';
import { expectPercent } from '../pools/check-settings';
import { poolColumns, readPool, type PoolRow } from '../pools/columns';
import { poolNotFound } from '../pools/find-pool';
import { LOW_STOCK_UNITS, type Pool } from '../pools/pool';
import { checkChoice } from '../texts/check-choice';
import { checkText } from '../texts/check-text';
import { countStock, type StockCounts } from './count-stock';
import { describeStock } from './describe-stock';
import { markAlert } from './mark-alert';
import type { CheckThresholdOptions, StockReport, StockStatus } from './stock-report';

/**
 * How the pools stand, and which of them somebody is to be told about. Takes no code; holds that have run out are put
 * back into the stock.
 *
 * @param poolIds one, several, or `all` for those that are not archived; the reports of several are in the order of
 *   merchant and name
 * @throws CouponPoolsError `pool_not_found`; `invalid_input`
 */
export async function checkThreshold(
	database: Database,
	poolIds: string | readonly string[],
	options: CheckThresholdOptions = {},
): Promise<StockReport[]> {
	const asked = checkOptions(options);
	const wanted =
		poolIds === 'all' ? null : typeof poolIds === 'string' ? [poolIds] : [...new Set(poolIds)];
	const unknown = wanted?.find((id) => !isId(id));
	if (unknown !== undefined) {
		throw poolNotFound(unknown);
	}
	const rows = await database.query<PoolRow>(
		`select ${poolColumns} from :schema.pools where case when $1::bigint[] is null then archived_at is null else id = any ($1::bigint[]) end`,
		[wanted],
	);
	const pools = new Map(rows.map((row) => [row.id, readPool(row)]));
	const missing = wanted?.find((id) => !pools.has(id));
	if (missing !== undefined) {
		throw poolNotFound(missing);
	}
	await endAllHolds(database, wanted);
	const counts = await countStock(database, [...pools.keys()], asked.expiringWithinDays ?? 7);
	const checks = counts.flatMap((count) => {
		const pool = pools.get(count.pool_id);
		return pool === undefined ? [] : [check(pool, count, asked)];
	});
	return await decideAlerts(database, checks, asked);
}

/** A pool's report, and whether its stock has fallen to the threshold, whatever is needed now. */
interface Check {
	readonly report: StockReport;
	readonly hasFallen: boolean;
	/** How many codes more would be just at the threshold. */
	readonly below: number;
}

function check(pool: Pool, count: StockCounts, options: CheckThresholdOptions): Check {
	const available = count.unlimited ? null : count.available;
	const threshold = options.threshold ?? pool.lowStockThreshold;
	const thresholdUnit =
		options.threshold === undefined ? pool.lowStockUnit : (options.thresholdUnit ?? 'codes');
	const needed = options.needed ?? null;
	const supply = daysOfSupply(available, count);
	const soFar = count.total - count.upcoming;
	const percentLeft =
		available === null || soFar === 0 ? null : Math.round((available / soFar) * 1000) / 10;
	const coversNeeded =
		needed === null ? null : count.closed === null && (available === null || available >= needed);
	const hasFallen =
		available !== null &&
		// What comes next is there already, so that nobody has to act.
		!count.between_codes &&
		(available === 0 ||
			isBelow(
				{ codes: available, percent: percentLeft ?? 0, days: supply }[thresholdUnit],
				threshold,
			));
	const low = hasFallen || coversNeeded === false;
	const figures = {
		pool: { id: pool.id, merchant: pool.merchant, name: pool.name, type: pool.type },
		status: statusOf(count.closed, available, low),
		available,
		insideCutoff: count.inside_cutoff,
		reserved: count.reserved,
		assigned: count.assigned,
		redeemed: count.redeemed,
		removed: count.removed,
		expiredUnassigned: count.expired_unassigned,
		upcoming: count.upcoming,
		total: count.total,
		percentLeft,
		usedLast24Hours: count.used_last_24_hours,
		usedLast7Days: count.used_last_7_days,
		daysOfSupply: supply === null ? null : Math.round(supply * 10) / 10,
		runsOutAt: runsOutAt(supply, count.now),
		expiring: count.expiring,
		expiringWithinDays: options.expiringWithinDays ?? 7,
		threshold,
		thresholdUnit,
		needed,
		coversNeeded,
		low,
		alert: low,
		notificationEmails: pool.notificationEmails,
		checkedAt: count.now,
	};
	const report = { ...figures, ...describeStock(figures, options.timezone ?? 'UTC') };
	const limits = { codes: 1, percent: soFar / 100, days: usedPerDay(count) };
	const below = (threshold ?? 0) * limits[thresholdUnit] - (available ?? 0);
	return { report, hasFallen, below };
}

/** "Gets down to a limit": at the threshold counts as below it. What cannot be computed is not below. */
function isBelow(value: number | null, threshold: number | null): boolean {
	return value !== null && threshold !== null && value <= threshold;
}

/** At the rate of the last 7 days, or since the pool's first use if that is later, but of one day at least. */
function daysOfSupply(available: number | null, count: StockCounts): number | null {
	if (available === null || count.used_since === null) {
		return null;
	}
	return available / usedPerDay(count);
}

function usedPerDay({ used_last_7_days: used, used_since: since, now }: StockCounts): number {
	return since === null ? 0 : used / Math.max((now.getTime() - since.getTime()) / 86_400_000, 1);
}

function runsOutAt(supply: number | null, now: Date): Date | null {
	// Beyond a century it is no forecast, and soon no valid date.
	return supply === null || supply > 36_500 ? null : new Date(now.getTime() + supply * 86_400_000);
}

function statusOf(
	closed: StockCounts['closed'],
	available: number | null,
	low: boolean,
): StockStatus {
	if (closed !== null) {
		return closed;
	}
	return available === 0 ? 'out_of_stock' : low ? 'low' : 'ok';
}

async function decideAlerts(
	database: Database,
	checks: readonly Check[],
	{ alert = 'everyTime', watcher = '', requestId = null }: CheckThresholdOptions,
): Promise<StockReport[]> {
	if (alert !== 'oncePerFall') {
		return checks.map(({ report }) => ({ ...report, alert: alert === 'everyTime' && report.low }));
	}
	const news = await markAlert(
		database,
		{ watcher, requestId },
		{
			fallen: checks
				.filter(({ hasFallen }) => hasFallen)
				.map(({ report, below }) => ({ id: report.pool.id, below })),
			others: checks.filter(({ hasFallen }) => !hasFallen).map(({ report }) => report.pool.id),
		},
	);
	// A broadcast that the stock does not cover is reported each time, and does not count as a fall of the stock.
	return checks.map(({ report }) => ({
		...report,
		alert: report.coversNeeded === false || news.has(report.pool.id),
	}));
}

const MOST_DAYS = 36_500;

/** The options, their texts as they are kept. */
function checkOptions(options: CheckThresholdOptions): CheckThresholdOptions {
	const { needed, threshold, expiringWithinDays } = options;
	checkChoice(options.thresholdUnit ?? 'codes', 'Threshold Unit', LOW_STOCK_UNITS);
	checkChoice(options.alert ?? 'everyTime', 'Alert', ['oncePerFall', 'everyTime', 'never']);
	timeZone(options.timezone ?? 'UTC');
	const watcher = checkText(options.watcher ?? '', { field: 'Watcher', most: 255 });
	const requestId = checkText(options.requestId ?? '', { field: 'Request ID', most: 512 });
	for (const [name, value] of Object.entries({
		'Codes Needed Now': needed,
		Threshold: threshold,
		'Expiring Within (Days)': expiringWithinDays,
	})) {
		if (value !== undefined && !(Number.isFinite(value) && value >= 0)) {
			throw invalidInput(`${name} is ${value}`, 'Give 0 or a larger number.');
		}
	}
	expectPercent(threshold ?? null, options.thresholdUnit);
	if ((expiringWithinDays ?? 0) > MOST_DAYS) {
		throw invalidInput(
			`Expiring Within (Days) is ${expiringWithinDays}`,
			'Give a number from 0 to 36,500 (100 years).',
		);
	}
	return { ...options, watcher, requestId: requestId || null };
}
