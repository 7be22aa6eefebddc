import type { Database, Session } from '../database/database';
import { CouponPoolsError } from '../errors';
import { findPool } from '../pools/find-pool';
import type { Dynamic } from '../pools/dynamic-settings';
import { isGiving } from '../pools/is-giving';
import type { Pool } from '../pools/pool';
import type { Provider } from '../providers/provider';
import { InVain } from '../refills/in-vain';
import { pauseRefills } from '../refills/pause-refills';
import { expectDynamic, planOf, takeTurn, waitForTurn } from '../refills/refill-pool';
import { refillLocally } from '../refills/refill-locally';
import { assign } from './assign';
import type { AssignOptions, AssignRequest, AssignResult } from './coupon';

export interface AssignOnDemandOptions extends AssignOptions {
	signal?: AbortSignal;
	/** The shop; left out for a pool that makes its codes locally, or to give from the stock alone. */
	provider?: Provider;
	/** How long recipients wait for codes to be made, at most. Default 20. */
	onTheSpotSeconds?: number;
	/** Called when the shop fails, which leaves requests without a code, or with the default code. */
	onShopFailure?(failure: CouponPoolsError): void;
}

const ON_THE_SPOT = 20;

/** Seconds for which nobody waits for the shop after it has failed. */
const PAUSE = 60;

/**
 * `assign` for a dynamic pool: where the stock falls short, the missing codes are made on the spot, all of them in one
 * go, and the requests that went without are asked again.
 *
 * A shop that fails keeps nobody from a code that is in stock: only the others get the default code, or none.
 *
 * @throws CouponPoolsError as `assign`; `wrong_pool_type` if the pool is not dynamic
 */
export async function assignOnDemand(
	database: Database,
	poolId: string,
	requests: readonly AssignRequest[],
	options: AssignOnDemandOptions = {},
): Promise<AssignResult[]> {
	const pool = await findPool(database, { id: poolId });
	const dynamic = await expectDynamic(database, pool);
	const makes = dynamic.provider === 'local' || options.provider !== undefined;
	const deadline = Date.now() + (options.onTheSpotSeconds ?? ON_THE_SPOT) * 1000;
	const make = async (count: number) =>
		await makeOnTheSpot(database, { pool, dynamic, count, deadline }, options);
	// Done first: otherwise the default code would be given before anybody notices that codes are missing.
	if (makes && pool.defaultCode !== null) {
		while ((await lacksCodes(database, poolId, requests.length)) && (await make(requests.length)));
	}
	const results = await assign(database, poolId, requests, options);
	let short = indexesOfShort(results);
	// Others may take what was made here, so more are made until everybody has one.
	for (let goesOn = makes; goesOn && short.length > 0 && (await givesCodes(database, poolId)); ) {
		goesOn = await make(short.length);
		const asked = short.map((index) => requests[index]);
		const again = await assign(database, poolId, asked, options);
		again.forEach((result, at) => (results[short[at]] = result));
		short = indexesOfShort(results);
	}
	return results;
}

function indexesOfShort(results: readonly AssignResult[]): number[] {
	return results.flatMap((result, index) =>
		result.code === null && ['out_of_stock', 'inside_cutoff'].includes(result.reason)
			? [index]
			: [],
	);
}

/** Whether the pool would give a code that was made just now. */
async function givesCodes(session: Session, poolId: string): Promise<boolean> {
	const [row] = await session.query<{ gives: boolean }>(GIVES, [poolId]);
	return row?.gives ?? false;
}

/** Whether the pool gives codes, but has fewer than `count`. */
async function lacksCodes(session: Session, poolId: string, count: number): Promise<boolean> {
	const [row] = await session.query<{ lacks: boolean }>(LACKS, [poolId, count]);
	return row?.lacks ?? false;
}

/**
 * Brings the stock to `count` codes. Whatever the shop does, this ends in time, and throws none of its failures.
 *
 * @returns whether it is worth making more: not if the shop fails or makes nothing, or the time is up
 */
async function makeOnTheSpot(
	database: Database,
	wanted: { pool: Pool; dynamic: Dynamic; count: number; deadline: number },
	{ provider, signal, onShopFailure }: AssignOnDemandOptions,
): Promise<boolean> {
	const { pool, dynamic, count, deadline } = wanted;
	// Up to 250 codes for the stock come along at no cost; more of them would keep people waiting.
	const along = provider?.oneAtATime === false ? 0 : 250;
	const target = Math.max(count, Math.min(dynamic.keepInStock, along));
	if (dynamic.provider === 'local') {
		await refillLocally(database, pool, dynamic, target, 'onTheSpot');
		return Date.now() < deadline;
	}
	const timeoutSeconds = (deadline - Date.now()) / 1000;
	const purpose = 'onTheSpot';
	const amounts = { target, needed: count };
	const plan = planOf(pool, dynamic, { provider, signal, timeoutSeconds, ...amounts, purpose });
	const inVain = new InVain();
	try {
		for (;;) {
			const turn = await takeTurn(database, plan);
			if (turn === 'busy') {
				if (!(await waitForTurn(plan))) return false;
			} else if (typeof turn === 'string') {
				return turn === 'enough' && Date.now() < deadline;
			} else {
				await inVain.count(database, turn, plan);
			}
		}
	} catch (error) {
		if (!(error instanceof CouponPoolsError) || !error.code.startsWith('shop_')) {
			throw error;
		}
		await pauseRefills(database, pool.id, PAUSE);
		onShopFailure?.(error);
		return false;
	}
}

const GIVES = `select ${isGiving} as gives from :schema.pools where id = $1`;

const LACKS = `
	select ${isGiving} and (
		select count(*) from (
			select from :schema.codes
			where pool_id = $1 and state = 'available' and codes.expires_at > now() + pools.expiration_cutoff
			limit $2::int
		) as first
	) < $2::int as lacks
	from :schema.pools
	where id = $1`;
