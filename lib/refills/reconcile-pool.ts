import { redeemCode } from '../assignments/redeem-code';
import type { Database } from '../database/database';
import { findPool } from '../pools/find-pool';
import type { Provider } from '../providers/provider';
import { expectDynamic, planOf } from './refill-pool';

export interface ReconcileOptions {
	/** Default 600. */
	timeoutSeconds?: number;
	signal?: AbortSignal;
}

/** What the shop said of the codes that people hold. Counts are codes. */
export interface ReconcileReport {
	/** Those that were assigned and not known to be used. */
	readonly asked: number;
	/** Those of them that were used in an order, and are redeemed from now on. */
	readonly redeemed: number;
	readonly redeemedCodes: readonly string[];
}

/** Codes that are compared at once: a shop may list all that were used each time. */
const CHUNK = 50_000;

/**
 * Asks the shop which of the pool's assigned codes were used in an order, and records these as redeemed: for orders
 * whose webhook was missed.
 *
 * @throws CouponPoolsError `pool_not_found`; `wrong_pool_type`; `shop_refused`; `shop_unreachable`
 */
export async function reconcilePool(
	database: Database,
	poolId: string,
	provider: Provider,
	options: ReconcileOptions = {},
): Promise<ReconcileReport> {
	const pool = await findPool(database, { id: poolId });
	const dynamic = await expectDynamic(database, pool);
	const plan = planOf(pool, dynamic, { ...options, provider, target: 0, purpose: 'ahead' });
	const redeemedCodes: string[] = [];
	let asked = 0;
	for (let after = ''; ; ) {
		const rows = await database.query<{ code: string }>(HELD, [poolId, after, CHUNK]);
		if (rows.length === 0) {
			return { asked, redeemed: redeemedCodes.length, redeemedCodes };
		}
		const codes = rows.map(({ code }) => code);
		asked += codes.length;
		after = codes[codes.length - 1];
		for (const code of await provider.findUsed(codes, dynamic.ruleId, plan)) {
			const result = await redeemCode(database, code, { poolId });
			if (result.redeemed && result.first) redeemedCodes.push(code);
		}
	}
}

const HELD = `
	select code from :schema.assignments
	where pool_id = $1 and code > $2 collate "C" and copy is not null
		and released_at is null and redeemed_at is null
	order by code
	limit $3::int`;
