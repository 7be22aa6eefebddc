// 100,000 items through Assign Coupon, in an execution of n8n's own engine, against what a user would build
// without it: n8n's Postgres node with a claim for each item. That one is given fewer items, and scaled.

import { createRequire } from 'node:module';

import { perSecond } from './clients.mjs';
import { ClaimFloor } from './claim-floor.mjs';
import { credentialFor, openEngine } from './n8n-engine.mjs';
import { withPools } from './pools.mjs';
import { takeTurns } from './turns.mjs';

const require = createRequire(import.meta.url);

const ITEMS = 100_000;

const ITEMS_OF_POSTGRES_NODE = 5_000;

/** At least so many times as fast. */
const GOAL = 50;

const SCHEMA = 'bench_assign_node';

export async function assignNode({ url, folder }) {
	const engine = await openEngine(folder);
	const postgresNode = openPostgresNode();
	return await withPools({ url, schema: SCHEMA }, async (bench) => {
		const floor = new ClaimFloor(url, SCHEMA, 1);
		try {
			await floor.makeTables();
			let pool;
			const { ours, postgres } = await takeTurns(
				{
					postgres: async () =>
						checkCodes(
							await engine.run(postgresNode, {
								parameters: {
									resource: 'database',
									operation: 'executeQuery',
									query: floor.text,
									options: {
										queryReplacement: `={{ [${pool.id}, $json.email] }}`,
										queryBatching: 'independently',
									},
								},
								items: itemsFor(ITEMS_OF_POSTGRES_NODE),
								credential: postgresCredential(url),
							}),
							(fields) => fields.code,
							ITEMS_OF_POSTGRES_NODE,
						),
					ours: async () =>
						checkCodes(
							await engine.runNode('AssignCoupon', {
								parameters: {
									pool: { __rl: true, mode: 'id', value: pool.id },
									recipient: '={{ $json.email }}',
									campaign: 'abandoned-cart',
									options: {},
								},
								items: itemsFor(ITEMS),
								credential: credentialFor(url, SCHEMA),
							}),
							(fields) => fields.coupon.code,
							ITEMS,
						),
				},
				{
					before: async (name) => {
						pool = await bench.poolWith(name === 'ours' ? ITEMS : ITEMS_OF_POSTGRES_NODE);
						await floor.copyStock(pool.id);
						await bench.settle();
					},
				},
			);
			const ratio = ITEMS / ours / (ITEMS_OF_POSTGRES_NODE / postgres);
			return [
				{
					case: `assign-node: ${ITEMS.toLocaleString('en')} items, against n8n's Postgres node with a claim an item`,
					ours: perSecond(ITEMS / ours),
					floor: perSecond(ITEMS_OF_POSTGRES_NODE / postgres),
					ratio: ratio.toFixed(1),
					goal: `>= ${GOAL}`,
					met: ratio >= GOAL,
				},
			];
		} finally {
			await floor.close();
		}
	});
}

function openPostgresNode() {
	const {
		Postgres,
	} = require('../demo/node_modules/n8n-nodes-base/dist/nodes/Postgres/Postgres.node.js');
	const version = new Postgres().description.defaultVersion;
	return {
		node: new Postgres().getNodeType(version),
		type: 'n8n-nodes-base.postgres',
		version,
		credentialType: 'postgres',
	};
}

function postgresCredential(url) {
	const { hostname, port, pathname, username, password } = new URL(url);
	return {
		host: hostname,
		port: Number(port || 5432),
		database: decodeURIComponent(pathname.slice(1)),
		user: decodeURIComponent(username),
		password: decodeURIComponent(password),
		ssl: 'disable',
		sshTunnel: false,
		maxConnections: 100,
	};
}

function itemsFor(count) {
	return Array.from({ length: count }, (_, index) => ({
		json: { email: `customer-${index}@example.com` },
	}));
}

function checkCodes(items, codeOf, count) {
	const codes = new Set(items.map(codeOf));
	if (codes.size !== count || codes.has(undefined) || codes.has(null)) {
		throw new Error(`${codes.size} codes for ${count} items`);
	}
}
