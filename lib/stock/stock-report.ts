import type { LowStockUnit, PoolType } from '../pools/pool';

/** How a pool stands at one moment. Counts are codes. */
export interface StockReport {
	readonly pool: {
		readonly id: string;
		readonly merchant: string;
		readonly name: string;
		readonly type: PoolType;
	};
	readonly status: StockStatus;
	/**
	 * Ready to give: not expired and outside the expiration cutoff; of a shared pool, what its present code can give. Null:
	 * without limit.
	 */
	readonly available: number | null;
	/** Not expired, but inside the expiration cutoff: no longer given. */
	readonly insideCutoff: number;
	readonly reserved: number;
	readonly assigned: number;
	/** Of the assigned ones, those used in an order. */
	readonly redeemed: number;
	readonly removed: number;
	readonly expiredUnassigned: number;
	/** Of shared codes whose time has not come yet. */
	readonly upcoming: number;
	/** Ever added: available + insideCutoff + reserved + assigned + removed + expiredUnassigned + upcoming. */
	readonly total: number;
	/**
	 * Percentage of the total without what is upcoming, 0 to 100 with one decimal; null for a pool without limit, or an
	 * empty one.
	 */
	readonly percentLeft: number | null;
	readonly usedLast24Hours: number;
	readonly usedLast7Days: number;
	/** At the rate of the last 7 days (or since the first use, if later); null if nothing was used. */
	readonly daysOfSupply: number | null;
	/** When the stock runs out at this rate. */
	readonly runsOutAt: Date | null;
	/** Of the available ones, those that expire within `expiringWithinDays`. */
	readonly expiring: number;
	readonly expiringWithinDays: number;
	readonly threshold: number | null;
	readonly thresholdUnit: LowStockUnit;
	/** The number asked for, and whether the stock covers it; null if none was asked for. */
	readonly needed: number | null;
	readonly coversNeeded: boolean | null;
	/** At or below the threshold, or short of what is needed. */
	readonly low: boolean;
	/** Whether somebody is to be told now (see `alert` of the options). */
	readonly alert: boolean;
	readonly notificationEmails: readonly string[];
	/** Ready to send. */
	readonly subject: string;
	readonly text: string;
	readonly checkedAt: Date;
}

export type StockStatus = 'ok' | 'low' | 'out_of_stock' | 'inactive' | 'expired' | 'not_started';

export interface CheckThresholdOptions {
	/** Codes needed now, for instance for a broadcast. */
	needed?: number;
	/** Replaces the pool's own threshold. */
	threshold?: number;
	thresholdUnit?: LowStockUnit;
	/** The window of `expiring`. Default 7. */
	expiringWithinDays?: number;
	/**
	 * `oncePerFall`: `alert` is true for the first check that finds the pool at its threshold, and again once it has been
	 * above in between; also whenever the stock does not cover what is needed. `everyTime` (default): whenever the pool
	 * is low. `never`: it is false.
	 */
	alert?: 'oncePerFall' | 'everyTime' | 'never';
	/** Who asks: each watcher is told of each fall once, whatever others were told. Default ''. */
	watcher?: string;
	/** The same id is told the same again, so that a check may be repeated whenever its answer was lost. Default: none. */
	requestId?: string | null;
	/** For dates in the text. Default UTC. */
	timezone?: string;
}
