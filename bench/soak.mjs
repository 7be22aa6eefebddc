// Half an hour of everything at once, by 16 clients: afterwards memory and connections are where they were, and
// the sums are exact. `npm run bench -- soak --minutes 5` for less.

import { withPools } from './pools.mjs';

const CLIENTS = 16;

const CONNECTIONS = 10;

const POOLS = 4;

const CODES = 50_000;

/** How much the memory of the last quarter may exceed that of the second. */
const GOAL_MEGABYTES = 30;

export async function soak({ url, minutes = 30 }) {
	return await withPools({ url, schema: 'bench_soak', connections: CONNECTIONS }, async (bench) => {
		const shop = new Shop(bench);
		for (let made = 0; made < POOLS; made++) shop.pools.push(await bench.poolWith(CODES));
		const memory = watchMemory();
		const end = Date.now() + minutes * 60_000;
		await Promise.all(
			Array.from({ length: CLIENTS }, async () => {
				while (Date.now() < end) await shop.doSomething();
			}),
		);
		const { before, after } = memory.end();
		const connections = await countConnections(bench.client);
		const wrong = await wrongSums(bench);
		const shown = [...shop.done].map(([name, count]) => `${name} ${count}`);
		console.error(`  ${shown.join(', ')}; wrong: ${JSON.stringify(wrong)}`);
		const length = `${minutes} minutes, ${CLIENTS} clients`;
		return [
			{
				case: `soak: ${length}, memory at the end, against the second quarter`,
				ours: `${after.toFixed(0)} MB`,
				floor: `${before.toFixed(0)} MB`,
				ratio: (after / before).toFixed(2),
				goal: `<= +${GOAL_MEGABYTES} MB`,
				met: after - before <= GOAL_MEGABYTES,
			},
			{
				case: `soak: ${length}, connections at the end, against the most allowed`,
				ours: String(connections),
				floor: String(CONNECTIONS),
				ratio: (connections / CONNECTIONS).toFixed(2),
				goal: '<= 1',
				met: connections <= CONNECTIONS,
			},
			{
				case: `soak: ${length}, sums that are not exact, of ${shop.total().toLocaleString('en')} operations`,
				ours: String(wrong.length),
				floor: '0',
				ratio: '-',
				goal: '0',
				met: wrong.length === 0,
			},
		];
	});
}

/** Clients that do what workflows do, each operation as often as its weight says. */
class Shop {
	constructor({ coupons }) {
		this.coupons = coupons;
		this.pools = [];
		this.done = new Map();
		this.uploads = 0;
	}

	async doSomething() {
		const [name, , work] = pick(OPERATIONS);
		await work(this, pick(this.pools).id);
		this.done.set(name, (this.done.get(name) ?? 0) + 1);
	}

	total() {
		return [...this.done.values()].reduce((sum, count) => sum + count, 0);
	}
}

const OPERATIONS = [
	['assign', 60, async ({ coupons }, poolId) => await coupons.assign(poolId, [someone()])],
	[
		'assign many',
		4,
		async ({ coupons }, poolId) =>
			await coupons.assign(poolId, Array.from({ length: 50 }, someone)),
	],
	['redeem', 8, async ({ coupons }, poolId) => await use(coupons, poolId, 'redeem')],
	['release', 8, async ({ coupons }, poolId) => await use(coupons, poolId, 'release')],
	[
		'upload',
		3,
		async (shop, poolId) => {
			const batch = ++shop.uploads;
			const lines = Array.from({ length: 1000 }, (_, index) => `SOAK-${batch}-${index}`);
			await shop.coupons.uploadCodes(poolId, lines.join('\n'), { header: 'no' });
		},
	],
	['check', 2, async ({ coupons }, poolId) => await coupons.checkThreshold(poolId)],
	['list', 8, async ({ coupons }, poolId) => await coupons.listAssignments({ poolId, limit: 50 })],
	['history', 7, async ({ coupons }) => await coupons.getHistory(someone().recipient)],
].flatMap((operation) => Array.from({ length: operation[1] }, () => operation));

/** One of many customers, some of whom come again. */
function someone() {
	return { recipient: `customer-${Math.floor(Math.random() * 200_000)}@example.com` };
}

/** First gives a code for it. Another client may meanwhile have redeemed or released the same one. */
async function use(coupons, poolId, how) {
	const [given] = await coupons.assign(poolId, [someone()]);
	if (given.code === null) return;
	await coupons[how](poolId, given.assignmentId).catch((error) => {
		if (error.code !== 'code_not_found') throw error;
	});
}

function pick(list) {
	return list[Math.floor(Math.random() * list.length)];
}

/** Samples what the process holds every second; returns the medians of the second and of the last quarter. */
function watchMemory() {
	const samples = [];
	const timer = setInterval(() => samples.push(process.memoryUsage().rss / 2 ** 20), 1000);
	return {
		end: () => {
			clearInterval(timer);
			const quarter = Math.floor(samples.length / 4);
			const median = (part) => part.sort((one, other) => one - other)[Math.floor(part.length / 2)];
			return {
				before: median(samples.slice(quarter, 2 * quarter)),
				after: median(samples.slice(-quarter)),
			};
		},
	};
}

async function countConnections(client) {
	const { rows } = await client.query(
		`select count(*)::int as count from pg_stat_activity where application_name = 'n8n-nodes-coupon-pools'`,
	);
	return rows[0].count;
}

/** From the tables themselves: pools whose codes, holders or ledger do not add up. */
async function wrongSums({ client, schema }) {
	const { rows } = await client.query(
		`select pools.id, batches.added, codes.*, held.*, ledger.*
		from ${schema}.pools
		cross join lateral (
			select sum(added)::int as added from ${schema}.batches where pool_id = pools.id
		) as batches
		cross join lateral (
			select count(*)::int as in_stock, count(*) filter (where state = 'assigned')::int as assigned
			from ${schema}.codes where pool_id = pools.id
		) as codes
		cross join lateral (
			select count(*)::int as holders, count(distinct (code, copy))::int as held_codes
			from ${schema}.assignments where pool_id = pools.id and released_at is null and copy is not null
		) as held
		cross join lateral (
			select (count(*) filter (where kind = 'assigned') - count(*) filter (where kind = 'released'))::int as given
			from ${schema}.events where pool_id = pools.id
		) as ledger
		where (added, assigned, assigned, assigned) is distinct from (in_stock, holders, held_codes, given)`,
	);
	return rows;
}
