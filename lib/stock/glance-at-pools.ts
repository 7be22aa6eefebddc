import type { Database } from '../database/database';
import { listPools, type ListPoolsFilter } from '../pools/list-pools';
import type { PoolType } from '../pools/pool';
import { checkThreshold } from './check-threshold';
import type { StockStatus } from './stock-report';

/** A pool in a list. Counts are codes. */
export interface PoolGlance {
	readonly id: string;
	readonly merchant: string;
	readonly name: string;
	readonly type: PoolType;
	readonly status: StockStatus | 'archived';
	/** Ready to give; null: without limit. */
	readonly available: number | null;
	/** Ever added. */
	readonly total: number;
	readonly percentLeft: number | null;
	readonly assigned: number;
	readonly redeemed: number;
	readonly expiresAt: Date | null;
}

/**
 * A page of pools with what remains of each, by merchant and name. Only the pools of the page are counted.
 *
 * @throws CouponPoolsError `invalid_input`
 */
export async function glanceAtPools(
	database: Database,
	filter: ListPoolsFilter = {},
): Promise<{ pools: PoolGlance[]; next: string | null }> {
	const { pools, next } = await listPools(database, filter);
	if (pools.length === 0) {
		return { pools: [], next };
	}
	const reports = await checkThreshold(
		database,
		pools.map(({ id }) => id),
		{ alert: 'never' },
	);
	const stockOf = new Map(reports.map((report) => [report.pool.id, report]));
	return {
		// A pool may have been deleted between the two statements.
		pools: pools.flatMap((pool) => {
			const stock = stockOf.get(pool.id);
			return stock === undefined
				? []
				: [
						{
							id: pool.id,
							merchant: pool.merchant,
							name: pool.name,
							type: pool.type,
							status: pool.archivedAt === null ? stock.status : 'archived',
							available: stock.available,
							total: stock.total,
							percentLeft: stock.percentLeft,
							assigned: stock.assigned,
							redeemed: stock.redeemed,
							expiresAt: pool.expiresAt,
						},
					];
		}),
		next,
	};
}
