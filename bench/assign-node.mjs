// 100,000 items through Assign Coupon in a real n8n, against what a user would build without it: n8n's Postgres node
// with a claim for each item. That one is given fewer items, and scaled. What counts is how long n8n was at the node.
// The second line says how far the bare claim comes, 10,000 recipients a statement, with no n8n around it.

import { perSecond } from './clients.mjs';
import { ClaimFloor } from './claim-floor.mjs';
import { couponPoolsCredential, postgresCredential } from './credentials.mjs';
import { withPools } from './pools.mjs';
import { ANSWER_ID, withN8n } from './real-n8n.mjs';
import { takeTurns } from './turns.mjs';

const ITEMS = 100_000;

const ITEMS_OF_POSTGRES_NODE = 5_000;

/** At least this many times as fast. */
const GOAL = 50;

const SCHEMA = 'bench_assign_node';

export async function assignNode({ url, folder }) {
	return await withN8n(folder, async (n8n) => {
		return await withPools(
			{ url, schema: SCHEMA },
			async (bench) => await measure(n8n, bench, url),
		);
	});
}

async function measure(n8n, bench, url) {
	const floor = new ClaimFloor(url, SCHEMA, 1);
	try {
		await floor.makeTables();
		const steps = {
			postgres: await stepOf(n8n, 'postgres', postgresCredential(url)),
			ours: await stepOf(n8n, 'couponPoolsDatabaseApi', couponPoolsCredential(url, SCHEMA)),
		};
		let pool;
		const run = async (name, parameters, count, codeOf) => {
			await n8n.publish(name, 'lastNode', {
				Items,
				Assign: { ...steps[name], parameters },
				ANSWER_ID,
			});
			const { seconds, items } = await n8n.run(name, { emails: emails(count) }, 'Assign');
			checkCodes(items, codeOf, count);
			return { seconds };
		};
		const { ours, postgres, bare } = await takeTurns(
			{
				postgres: async () =>
					await run(
						'postgres',
						{
							resource: 'database',
							operation: 'executeQuery',
							query: floor.text,
							options: {
								queryReplacement: `={{ [${pool.id}, $json.email] }}`,
								queryBatching: 'independently',
							},
						},
						ITEMS_OF_POSTGRES_NODE,
						({ code }) => code,
					),
				ours: async () =>
					await run(
						'ours',
						{
							pool: { __rl: true, mode: 'id', value: pool.id },
							recipient: '={{ $json.email }}',
							campaign: 'abandoned-cart',
							options: {},
						},
						ITEMS,
						({ coupon }) => coupon.code,
					),
				bare: async () => await floor.claimMany(pool.id, ITEMS),
			},
			{
				before: async (name) => {
					pool = await bench.poolWith(name === 'postgres' ? ITEMS_OF_POSTGRES_NODE : ITEMS);
					await floor.copyStock(pool.id);
					await bench.settle();
				},
			},
		);
		const ofPostgresNode = ITEMS_OF_POSTGRES_NODE / postgres;
		const ratio = ITEMS / ours / ofPostgresNode;
		const items = ITEMS.toLocaleString('en');
		return [
			{
				case: `assign-node: ${items} items, against n8n's Postgres node with a claim an item`,
				ours: perSecond(ITEMS / ours),
				floor: perSecond(ofPostgresNode),
				ratio: ratio.toFixed(1),
				goal: `>= ${GOAL}`,
				met: ratio >= GOAL,
			},
			{
				case: `assign-node: the bare claim of ${items} codes on one connection, against the same`,
				ours: perSecond(ITEMS / bare),
				floor: perSecond(ofPostgresNode),
				ratio: (ITEMS / bare / ofPostgresNode).toFixed(1),
				goal: 'none',
				met: true,
			},
		];
	} finally {
		await floor.close();
	}
}

/** An item for each address that the webhook is sent. */
const Items = {
	type: 'n8n-nodes-base.splitOut',
	typeVersion: 1,
	parameters: { fieldToSplitOut: 'body.emails', options: { destinationFieldName: 'email' } },
};

const NODES = {
	postgres: { type: 'n8n-nodes-base.postgres', typeVersion: 2.7 },
	couponPoolsDatabaseApi: { type: 'n8n-nodes-coupon-pools.assignCoupon', typeVersion: 1 },
};

/** The node with a credential of this type, without its parameters. */
async function stepOf(n8n, type, data) {
	return { ...NODES[type], credentials: await n8n.saveCredential(type, data) };
}

function emails(count) {
	return Array.from({ length: count }, (_, index) => `customer-${index}@example.com`);
}

function checkCodes(items, codeOf, count) {
	const codes = new Set(items.map(codeOf));
	if (codes.size !== count || codes.has(undefined) || codes.has(null)) {
		throw new Error(`${codes.size} codes for ${count} items`);
	}
}
