// The embedded database (PGlite, PostgreSQL in WebAssembly) against a PostgreSQL server, for the same work. There is no
// goal: it shows what a user of the embedded one has to expect.

import { createRequire } from 'node:module';
import { join } from 'node:path';

import { perSecond } from './clients.mjs';
import { takeTurns } from './turns.mjs';
import { withPools } from './pools.mjs';

const { openCouponPools } = createRequire(import.meta.url)('../index.js');

const UPLOADED = 100_000;

const BULK = 10_000;

const SINGLE = 500;

/** What is prepared before each turn, and what is measured. */
const TASKS = [
	{
		name: 'upload',
		codes: UPLOADED,
		prepare: async () => undefined,
		work: async (coupons, name) => await poolWith(coupons, name, UPLOADED),
	},
	{
		name: 'assign in one call',
		codes: BULK,
		prepare: async (coupons, name) => await poolWith(coupons, name, BULK),
		work: async (coupons, name, pool) => await coupons.assign(pool.id, requestsOf(BULK)),
	},
	{
		name: 'assign one by one',
		codes: SINGLE,
		prepare: async (coupons, name) => await poolWith(coupons, name, SINGLE),
		work: async (coupons, name, pool) => {
			for (const request of requestsOf(SINGLE)) await coupons.assign(pool.id, [request]);
		},
	},
];

export async function embedded({ url, folder }) {
	const inside = await openCouponPools({ dataDirectory: join(folder, 'embedded') });
	try {
		return await withPools({ url, schema: 'bench_embedded' }, async ({ coupons }) => {
			const rows = [];
			for (const task of TASKS)
				rows.push(await compare({ embedded: inside, server: coupons }, task));
			return rows;
		});
	} finally {
		await inside.close();
	}
}

async function compare(databases, { name, codes, prepare, work }) {
	let prepared;
	const seconds = await takeTurns(
		Object.fromEntries(
			Object.entries(databases).map(([kind, coupons]) => [
				kind,
				async (round) => await work(coupons, `${name} ${round}`, prepared),
			]),
		),
		{
			before: async (kind, round) => {
				prepared = await prepare(databases[kind], `${name} ${round}`);
			},
		},
	);
	return {
		case: `embedded: ${name}, ${codes.toLocaleString('en')} codes, against PostgreSQL`,
		ours: perSecond(codes / seconds.embedded),
		floor: perSecond(codes / seconds.server),
		ratio: (seconds.server / seconds.embedded).toFixed(2),
		goal: 'none',
		met: true,
	};
}

async function poolWith(coupons, name, codes) {
	const pool = await coupons.createPool({ name });
	const lines = Array.from({ length: codes }, (_, index) => `CODE-${index}`);
	await coupons.uploadCodes(pool.id, lines.join('\n'), { header: 'no' });
	return pool;
}

function requestsOf(count) {
	return Array.from({ length: count }, (_, index) => ({
		recipient: `customer-${index}@example.com`,
	}));
}
