// One recipient per call, as webhooks ask, by 1, 8 and 32 clients at once and under every re-issue policy, against the
// bare claim.

import { ClaimFloor } from './claim-floor.mjs';
import { askAtOnce, perSecond, quantile } from './clients.mjs';
import { withPools } from './pools.mjs';
import { takeTurns } from './turns.mjs';

const CLIENTS = [1, 8, 32];

const CLAIMS = 1_500;

/** A single client waits for the disk at each claim, which takes twice as long at one moment as at another. */
const ROUNDS = { 1: 9 };

/** Requests before the measurement, so that each connection is open and has its statement prepared. */
const WARM_UP = 300;

const POLICIES = [
	'sameWithin',
	'sameUntilExpires',
	'sameUntilRedeemed',
	'alwaysSame',
	'alwaysNew',
	'onlyRepeat',
];

/** At least this fraction of the floor's claims per second. */
const GOAL = 0.6;

const SCHEMA = 'bench_assign_one';

export async function assignOne({ url }) {
	const rows = [];
	for (const clients of CLIENTS) rows.push(...(await measure(url, clients)));
	return rows;
}

async function measure(url, clients) {
	return await withPools({ url, schema: SCHEMA, connections: clients }, async (bench) => {
		const floor = new ClaimFloor(url, SCHEMA, clients);
		try {
			await floor.makeTables();
			return await compare(bench, floor, clients);
		} finally {
			await floor.close();
		}
	});
}

async function compare(bench, floor, clients) {
	const requests = Array.from({ length: CLAIMS }, (_, index) => requestOf(index));
	const waits = Object.fromEntries(POLICIES.map((policy) => [policy, []]));
	let pool;
	const seconds = await takeTurns(
		{
			floor: async () =>
				await askAtOnce(clients, requests, async ({ recipient }) => {
					await floor.claim(pool.id, recipient);
				}),
			...Object.fromEntries(
				POLICIES.map((policy) => [
					policy,
					async () => {
						const rule = { ifAlreadyAssigned: policy };
						const taken = await askAtOnce(clients, requests, async (request) => {
							await give(bench.coupons, pool.id, request, rule);
						});
						waits[policy].push(...taken);
					},
				]),
			),
		},
		{
			rounds: ROUNDS[clients],
			before: async (name) => {
				pool = await bench.poolWith(CLAIMS + WARM_UP);
				const warmUp = Array.from({ length: WARM_UP }, (_, index) => requestOf(`w${index}`));
				if (name === 'floor') {
					await floor.copyStock(pool.id);
					await askAtOnce(clients, warmUp, async ({ recipient }) => {
						await floor.claim(pool.id, recipient);
					});
				} else {
					await askAtOnce(clients, warmUp, async (request) => {
						await give(bench.coupons, pool.id, request, {});
					});
				}
				if (name === 'onlyRepeat') {
					// The recipients already hold a code, given by another request.
					const earlier = requests.map(({ recipient, campaign }) => ({ recipient, campaign }));
					await bench.coupons.assign(pool.id, earlier);
				}
				await bench.settle();
			},
		},
	);
	return POLICIES.map((policy) => {
		const ratio = seconds.floor / seconds[policy];
		const p99 = quantile(waits[policy], 0.99).toFixed(1);
		return {
			case: `assign-one: ${clients} ${clients === 1 ? 'client' : 'clients'}, ${policy}`,
			ours: `${perSecond(CLAIMS / seconds[policy])}, p99 ${p99} ms`,
			floor: perSecond(CLAIMS / seconds.floor),
			ratio: ratio.toFixed(2),
			goal: `>= ${GOAL}`,
			met: ratio >= GOAL,
		};
	});
}

/** As the node asks: with a request id. */
function requestOf(index) {
	return {
		recipient: `customer-${index}@example.com`,
		campaign: 'abandoned-cart',
		requestId: `execution-${index}/assign/0/0`,
	};
}

async function give(coupons, poolId, request, rule) {
	const [given] = await coupons.assign(poolId, [request], rule);
	if (given.code === null) throw new Error(`No code for ${request.recipient}: ${given.reason}`);
}
