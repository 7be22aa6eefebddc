import { setTimeout as sleep } from 'node:timers/promises';
import type { Database } from '../database/database';
import { CouponPoolsError, invalidInput } from '../errors';
import { findPool } from '../pools/find-pool';
import { placeOf, readDynamic, type Dynamic } from '../pools/dynamic-settings';
import type { Pool } from '../pools/pool';
import type { CodeOutcome, Provider } from '../providers/provider';
import { unreachable } from '../providers/transport';
import { countRefilled } from './count-refilled';
import { finishRefill } from './finish-refill';
import { InVain } from './in-vain';
import { leaveRefill } from './keep-refill';
import { refillLocally } from './refill-locally';
import { TurnLost, type RefillPlan, type RefillReport, type Turn } from './refill';
import { settleRefill } from './settle-refill';
import { takeRefill } from './take-refill';

export interface RefillOptions {
	/** The shop; left out for a pool that makes its codes locally. */
	provider?: Provider;
	/** The number of available codes to reach, up to 5,000,000. Default: what the pool is to keep in stock. */
	target?: number;
	/** Default 600. */
	timeoutSeconds?: number;
	/** Stops between two steps; codes on their way are settled by the next refill. */
	signal?: AbortSignal;
	/**
	 * Whether nobody has asked for it: then a pool whose shop has just failed, or that will give no code, is left alone.
	 */
	byItself?: boolean;
	/** How long a refill is left alone if its process makes no progress. Default 60. */
	leaseSeconds?: number;
}

const TIMEOUT = 600;
/** Seconds: longer than any request to a shop may take. */
const LEASE = 60;
/** Milliseconds between looks while another process has its turn. */
const BUSY_PAUSE = 200;
/**
 * Milliseconds between two turns in a shop that works on one push at a time: longer than others wait before they look
 * again.
 */
const TURN_PAUSE = 350;

/**
 * Makes codes until the pool has as many as it is to keep in stock, and settles those that an earlier refill has left
 * on their way. What the shop has confirmed is available at once, whatever happens next.
 *
 * @throws CouponPoolsError `pool_not_found`; `wrong_pool_type`; `shop_refused`; `shop_unreachable`, also when the time
 *   is up; `invalid_input` if the codes' form is used up, or the provider is another shop's
 */
export async function refillPool(
	database: Database,
	poolId: string,
	options: RefillOptions = {},
): Promise<RefillReport> {
	const pool = await findPool(database, { id: poolId });
	const dynamic = await expectDynamic(database, pool);
	const target = options.target ?? dynamic.keepInStock;
	checkTarget(target);
	if (dynamic.provider === 'local') {
		const added = await refillLocally(database, pool, dynamic, target);
		const counts = await countRefilled(database, poolId);
		return { added, taken: 0, refused: 0, refusedCodes: [], notices: [], ...counts };
	}
	const plan = planOf(pool, dynamic, {
		...options,
		target,
		purpose: options.byItself ? 'byItself' : 'ahead',
	});
	const outcomes: CodeOutcome[] = [];
	const inVain = new InVain();
	for (;;) {
		const turn = await takeTurn(database, plan);
		if (turn === 'busy') {
			if (!(await waitForTurn(plan))) {
				throw unreachable(plan.provider.label, 'is busy with another refill, and the time is up');
			}
			continue;
		}
		if (typeof turn === 'string') {
			break;
		}
		outcomes.push(...turn.outcomes);
		await inVain.count(database, turn, plan);
		if (plan.provider.oneAtATime && turn.outcomes.length === plan.provider.mostCodes) {
			await pause(plan, TURN_PAUSE);
		}
	}
	const refused = outcomes.filter(({ state }) => state === 'refused');
	return {
		added: outcomes.filter(({ state }) => state === 'made').length,
		taken: outcomes.filter(({ state }) => state === 'taken').length,
		refused: refused.length,
		refusedCodes: refused.slice(0, 20).map(({ code, reason = '' }) => ({ code, reason })),
		notices: [...new Set(outcomes.flatMap(({ notice }) => notice ?? []))],
		...(await countRefilled(database, poolId)),
	};
}

/** As many as can be generated at once. */
const MOST_TO_REACH = 5_000_000;

/** @throws CouponPoolsError `invalid_input` */
function checkTarget(target: number): void {
	if (!(Number.isInteger(target) && target >= 0 && target <= MOST_TO_REACH)) {
		throw invalidInput(
			`The stock to reach is ${target}`,
			`Give a whole number from 0 to ${MOST_TO_REACH.toLocaleString('en')}.`,
		);
	}
}

/** One push, from its beginning or from where another process has left it, to its end. */
export async function takeTurn(
	database: Database,
	plan: RefillPlan,
): Promise<Turn | 'enough' | 'busy' | 'paused' | 'closed'> {
	const refill = await takeRefill(database, plan);
	if (typeof refill === 'string') {
		return refill;
	}
	try {
		const outcomes = await settleRefill(database, refill, plan);
		await finishRefill(database, refill, outcomes, plan);
		return { outcomes, isNew: refill.isNew };
	} catch (error) {
		if (error instanceof TurnLost) {
			return 'busy';
		}
		// The database may be what has failed; then the refill is taken up when its lease is over.
		await leaveRefill(database, refill).catch(() => undefined);
		throw error;
	}
}

/** Waits a little; false if the time is up. */
export async function waitForTurn(plan: RefillPlan): Promise<boolean> {
	return await pause(plan, BUSY_PAUSE);
}

async function pause({ deadline, signal }: RefillPlan, milliseconds: number): Promise<boolean> {
	if (Date.now() + milliseconds >= deadline) {
		return false;
	}
	await sleep(milliseconds, undefined, { signal });
	return true;
}

/** @throws CouponPoolsError `wrong_pool_type` */
export async function expectDynamic(database: Database, pool: Pool): Promise<Dynamic> {
	const dynamic = await readDynamic(database, pool.id);
	if (dynamic === null) {
		throw new CouponPoolsError(
			'wrong_pool_type',
			`The pool ${JSON.stringify(pool.name)} is ${pool.type}: it makes no codes`,
			{ hint: 'Only dynamic pools are refilled. Upload codes to a unique pool.' },
		);
	}
	return dynamic;
}

/** @throws CouponPoolsError `invalid_input` if there is no provider, or it is not the pool's */
export function planOf(
	pool: Pool,
	dynamic: Dynamic,
	options: Omit<RefillOptions, 'target'> &
		Pick<RefillPlan, 'target' | 'purpose'> &
		Partial<Pick<RefillPlan, 'needed'>>,
): RefillPlan {
	const { provider, target, needed = target, purpose, signal, timeoutSeconds = TIMEOUT } = options;
	const place = placeOf(dynamic);
	if (provider === undefined) {
		throw new CouponPoolsError(
			'invalid_input',
			`The pool ${JSON.stringify(pool.name)} makes its codes in ${place}, and no access to it is given`,
			{ hint: 'Choose the shop, and its credential.' },
		);
	}
	if (provider.name !== dynamic.provider || provider.shop !== dynamic.shop) {
		throw new CouponPoolsError(
			'invalid_input',
			`The pool ${JSON.stringify(pool.name)} makes its codes in ${place}, not in ${provider.label} (${provider.shop})`,
			{ hint: 'Choose the credential of the pool’s own shop.' },
		);
	}
	const deadline = Date.now() + timeoutSeconds * 1000;
	const leaseSeconds = options.leaseSeconds ?? LEASE;
	return { pool, dynamic, provider, target, needed, purpose, leaseSeconds, deadline, signal };
}
