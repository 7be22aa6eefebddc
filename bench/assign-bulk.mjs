// 100,000 recipients in one call, against the bare claim in the server.

import { ClaimFloor } from './claim-floor.mjs';
import { perSecond } from './clients.mjs';
import { withPools } from './pools.mjs';
import { takeTurns } from './turns.mjs';

const RECIPIENTS = 100_000;

const CODES = 200_000;

/** Recipients per statement of the floor. */
const CHUNK = 10_000;

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
					floor: async () => await claimBarely(bench.client, pool.id),
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

/** The recipients are made up in the server; nobody is looked up, and nothing is logged or sent back. */
async function claimBarely(client, poolId) {
	for (let start = 0; start < RECIPIENTS; start += CHUNK) {
		const { rowCount } = await client.query(
			`with picked as (
				select code, copy, expires_at, row_number() over () as turn
				from (
					select code, copy, expires_at
					from ${SCHEMA}.floor_codes
					where pool_id = $1 and state = 'available'
					order by expires_at, batch_id, line
					limit ${CHUNK}
					for update skip locked
				) as free
			), taken as (
				update ${SCHEMA}.floor_codes as codes set state = 'assigned'
				from picked
				where codes.pool_id = $1 and codes.code = picked.code and codes.copy = picked.copy
			)
			insert into ${SCHEMA}.floor_assignments (pool_id, recipient, nth, campaign, source, code, copy, expires_at)
			select $1, 'customer-' || $2::int + turn || '@example.com', 1, 'abandoned-cart', 'pool', code, copy, expires_at
			from picked`,
			[poolId, start],
		);
		if (rowCount !== CHUNK) throw new Error(`${rowCount} codes for ${CHUNK} recipients`);
	}
}
