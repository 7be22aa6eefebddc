import { redeemCode } from '../assignments/redeem-code';
import type { Database } from '../database/database';
import { CouponPoolsError } from '../errors';
import { findPool } from '../pools/find-pool';
import type { Provider } from '../providers/provider';
import { TimeIsUp } from '../providers/transport';
import type { RefillPlan } from './refill';
import { expectDynamic, planOf } from './refill-pool';

export interface ReconcileOptions {
	/** Default 600. */
	timeoutSeconds?: number;
	signal?: AbortSignal;
}

/** What the shop said about the codes that people hold. Counts are codes. */
export interface ReconcileReport {
	/** Codes that were assigned, not known to be used, and that the shop has answered for. */
	readonly asked: number;
	/** Of these, the codes that were used in an order, and count as redeemed from now on. */
	readonly redeemed: number;
	readonly redeemedCodes: readonly string[];
	/** Whether the time was up before all were asked about. */
	readonly partial: boolean;
}

/**
 * Asks the shop which of the pool's assigned codes were used in an order, and records these as redeemed: for orders
 * whose webhook was missed. When the time is up, it ends with what is done by then.
 *
 * @throws CouponPoolsError `pool_not_found`; `wrong_pool_type`; `shop_refused`; `shop_unreachable`, also if the time
 *   was too short for any answer
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
	const report = (partial: boolean): ReconcileReport => ({
		asked,
		redeemed: redeemedCodes.length,
		redeemedCodes,
		partial,
	});
	for await (const codes of heldCodes(database, poolId, provider.askedAtOnce)) {
		const used = await findInTime(codes, plan);
		if (used instanceof CouponPoolsError) {
			if (asked === 0) throw used;
			return report(true);
		}
		asked += codes.length;
		for (const code of used) {
			const { result } = await redeemCode(database, code, { poolId });
			if (result.redeemed && result.first) redeemedCodes.push(code);
		}
	}
	return report(false);
}

/** What the shop says, or has said by the time that is left. */
async function findInTime(
	codes: readonly string[],
	plan: RefillPlan,
): Promise<readonly string[] | CouponPoolsError> {
	try {
		return await plan.provider.findUsed(codes, plan.dynamic.ruleId, plan);
	} catch (error) {
		const isLate = error instanceof TimeIsUp || Date.now() >= plan.deadline;
		if (isLate && error instanceof CouponPoolsError && error.code === 'shop_unreachable') {
			return error;
		}
		throw error;
	}
}

/**
 * Codes that people hold and that are not known to be used, in groups. It starts with a random one and goes round, so
 * that if there is time for some only, later runs reach the others.
 */
async function* heldCodes(
	database: Database,
	poolId: string,
	atOnce: number,
): AsyncGenerator<string[]> {
	const [first] = await database.query<{ code: string }>(ANY, [poolId]);
	const rounds =
		first === undefined ? [] : [[first.code, null] as const, ['', first.code] as const];
	for (const [from, until] of rounds) {
		for (let after: string | undefined = from; after !== undefined; ) {
			const rows: Array<{ code: string }> = await database.query(HELD, [
				poolId,
				after,
				until,
				atOnce,
			]);
			const codes = rows.map(({ code }) => code);
			if (codes.length > 0) yield codes;
			after = codes.at(-1);
		}
	}
}

const isHeld = 'copy is not null and released_at is null and redeemed_at is null';

const ANY = `
	select code from :schema.assignments where pool_id = $1 and ${isHeld} order by random() limit 1`;

const HELD = `
	select code from :schema.assignments
	where pool_id = $1 and code > $2 collate "C" and ($3::text is null or code <= $3 collate "C") and ${isHeld}
	order by code
	limit $4::int`;
