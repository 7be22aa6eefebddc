// 100,000 recipients in one call, against the bare claim in the server.

import { ClaimFloor } from './claim-floor.mjs';
import { perSecond } from './clients.mjs';
import { withPools } from './pools.mjs';
import { takeTurns } from './turns.mjs';

const RECIPIENTS = 100_000;

const CODES = 200_000;

/** At most this many times the floor. */
const GOAL = 2;

const SCHEMA = 'bench_assign';

export async function assignBulk({ url }) {
	return await withPools({ url, schema: SCHEMA }, async (bench) => {
		const tables = new ClaimFloor(url, SCHEMA, 1);
		try {
			await tables.makeTables();
			const requests = Array.from({ length: RECIPIENTS }, (_, index) => requestOf(index));
			let pool;
			const { ours, floor } = await takeTurns(
				{
					floor: async () => await tables.claimMany(pool.id, RECIPIENTS),
					ours: async () => await assignAll(bench.coupons, pool.id, requests),
				},
				{
					// The same stock for both, in no order, with the statistics that any table has after a minute.
					before: async () => {
						pool = await bench.poolWith(CODES);
						await tables.copyStock(pool.id);
						await bench.settle();
					},
				},
			);
			return [
				{
					case: `assign-bulk: ${RECIPIENTS.toLocaleString('en')} recipients in one call, with the ledger`,
					ours: perSecond(RECIPIENTS / ours),
					floor: perSecond(RECIPIENTS / floor),
					ratio: (ours / floor).toFixed(2),
					goal: `<= ${GOAL}`,
					met: ours / floor <= GOAL,
				},
			];
		} finally {
			await tables.close();
		}
	});
}

/** As the node asks: each item with a request id. */
function requestOf(index) {
	return {
		recipient: `customer-${index}@example.com`,
		campaign: 'abandoned-cart',
		requestId: `execution-1/assign/0/${index}`,
	};
}

async function assignAll(coupons, poolId, requests) {
	const results = await coupons.assign(poolId, requests);
	const codes = new Set(results.map(({ code }) => code));
	if (codes.size !== RECIPIENTS || codes.has(null)) {
		throw new Error(`${codes.size} codes for ${RECIPIENTS} recipients`);
	}
}
