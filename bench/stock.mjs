// What is asked often, and must not take longer the larger a pool is: how it stands, its report, and a page of each
// list, with 10,000,000 codes against 10,000. Of lists, the first page of 100 is read, and of long lists also one far
// down.

import { quantile } from './clients.mjs';
import { withPools } from './pools.mjs';

/** Codes of a pool. A twentieth is assigned; in a second pool, all but a few of these were redeemed. */
const SMALL = 10_000;

const LARGE = 10_000_000;

const ASSIGNED_PART = 0.05;

/** Recipients per call, while codes are assigned. */
const CALL = 10_000;

/** For what a schedule asks every minute, or a person each time a panel opens. */
const OFTEN = { milliseconds: 10, ratio: 2 };

/** For everything that lists or counts. */
const GOAL = { milliseconds: 50, ratio: Infinity };

/** Below this, a difference is due to the machine. */
const NOISE_MILLISECONDS = 1;

/** What one report notes, a report a minute later sums up; in a process that works, that happens in the background. */
const MINUTE = 61_000;

/** A measurement ends after this many calls, or this many milliseconds. */
const MOST_CALLS = 30;

const MOST_MILLISECONDS = 4_000;

export async function stock({ url }) {
	return await withPools({ url, schema: 'bench_stock_small' }, async (small) => {
		return await withPools({ url, schema: 'bench_stock_large' }, async (large) => {
			const few = await fill(small, SMALL);
			const many = await fill(large, LARGE);
			await new Promise((resolve) => setTimeout(resolve, MINUTE));
			await small.coupons.reportPool(few.pool.id);
			await large.coupons.reportPool(many.pool.id);
			const rows = [];
			for (const [name, ask] of Object.entries({ ...QUESTIONS_ASKED_OFTEN, ...QUESTIONS })) {
				const goal = name in QUESTIONS_ASKED_OFTEN ? OFTEN : GOAL;
				const floor = await timeOf(async () => await ask(small.coupons, few));
				const ours = await timeOf(async () => await ask(large.coupons, many));
				const ratio = ours / floor;
				rows.push({
					case: `stock: ${name}`,
					ours: `${ours.toFixed(2)} ms`,
					floor: `${floor.toFixed(2)} ms`,
					ratio: ratio.toFixed(2),
					goal: `${goal.ratio === Infinity ? '' : `<= ${goal.ratio}, `}<= ${goal.milliseconds} ms`,
					met: ours <= goal.milliseconds && (ratio <= goal.ratio || ours <= NOISE_MILLISECONDS),
				});
				console.error(`  ${name}: ${floor.toFixed(2)} ms, ${ours.toFixed(2)} ms`);
			}
			return rows;
		});
	});
}

/** Each question is asked about pools of both sizes. */
const QUESTIONS_ASKED_OFTEN = {
	'Check Threshold of a pool': async (coupons, { pool }) =>
		await coupons.checkThreshold(pool.id, { alert: 'never' }),
	'Check Threshold of all pools': async (coupons) =>
		await coupons.checkThreshold('all', { alert: 'never' }),
	'Get Many of Pool, with what remains': async (coupons) => await coupons.glanceAtPools(),
};

const QUESTIONS = {
	'Report of a pool': async (coupons, { pool }) => await coupons.reportPool(pool.id),
	'Where Used': async (coupons, { pool }) => await coupons.whereUsed(pool.id),
	'Get Many of Pool, searched': async (coupons) => await coupons.listPools({ search: 'pool' }),
	'Get Many of Code': async (coupons, { pool }) => await coupons.listCodes(pool.id),
	'Get Many of Code, available': async (coupons, { pool }) =>
		await coupons.listCodes(pool.id, { state: 'available' }),
	'Get Many of Code, assigned': async (coupons, { pool }) =>
		await coupons.listCodes(pool.id, { state: 'assigned' }),
	'Get Many of Code, expired (none)': async (coupons, { pool }) =>
		await coupons.listCodes(pool.id, { state: 'expired' }),
	'Get Many of Code, removed (none)': async (coupons, { pool }) =>
		await coupons.listCodes(pool.id, { state: 'removed' }),
	'Get Many of Code, reserved (none)': async (coupons, { pool }) =>
		await coupons.listCodes(pool.id, { state: 'reserved' }),
	'Get Many of Code, searched': async (coupons, { pool }) =>
		await coupons.listCodes(pool.id, { search: 'H' }),
	'Get Many of Code, of a small batch': async (coupons, { pool, smallBatch }) =>
		await coupons.listCodes(pool.id, { batchId: smallBatch }),
	'Get Many of Code, of a large batch': async (coupons, { pool, largeBatch }) =>
		await coupons.listCodes(pool.id, { batchId: largeBatch }),
	'Get Many of Code, of a small batch, assigned (none)': async (coupons, { pool, smallBatch }) =>
		await coupons.listCodes(pool.id, { batchId: smallBatch, state: 'assigned' }),
	'Get Many of Code, far behind': async (coupons, { pool, code }) =>
		await coupons.listCodes(pool.id, { after: JSON.stringify([code, '1']) }),
	'Get of Code': async (coupons, { pool, code }) => await coupons.getCode(pool.id, code),
	'Get Many of Batch': async (coupons, { pool }) => await coupons.listBatches(pool.id),
	'Get Many of Assignment, of a pool': async (coupons, { pool }) =>
		await coupons.listAssignments({ poolId: pool.id }),
	'Get Many of Assignment, of all pools': async (coupons) => await coupons.listAssignments(),
	'Get Many of Assignment, far behind': async (coupons, { pool, assignmentId }) =>
		await coupons.listAssignments({
			poolId: pool.id,
			after: JSON.stringify([pool.id, assignmentId]),
		}),
	'Get Many of Assignment, of a recipient': async (coupons, { pool, recipient }) =>
		await coupons.listAssignments({ poolId: pool.id, recipient }),
	'Get Many of Assignment, redeemed': async (coupons, { pool }) =>
		await coupons.listAssignments({ poolId: pool.id, redeemed: true }),
	'Get Many of Assignment, of a campaign without any': async (coupons, { pool }) =>
		await coupons.listAssignments({ poolId: pool.id, campaign: 'other' }),
	'Get Many of Assignment, of a campaign that is everywhere and rare': async (coupons, { pool }) =>
		await coupons.listAssignments({ poolId: pool.id, campaign: 'rare' }),
	'Get Many of Assignment, of all pools and a rare campaign': async (coupons) =>
		await coupons.listAssignments({ campaign: 'rare' }),
	'Get Many of Assignment, not redeemed': async (coupons, { pool }) =>
		await coupons.listAssignments({ poolId: pool.id, redeemed: false }),
	'Get Many of Assignment, not redeemed (few)': async (coupons, { redeemedPool }) =>
		await coupons.listAssignments({ poolId: redeemedPool.id, redeemed: false }),
	'Get Many of Assignment, of the default code (none)': async (coupons, { pool }) =>
		await coupons.listAssignments({ poolId: pool.id, source: 'default' }),
	'Get Many of Assignment, from the middle on': async (coupons, { pool, middle }) =>
		await coupons.listAssignments({ poolId: pool.id, from: middle }),
	'Get Many of Assignment, since the last one': async (coupons, { pool, since }) =>
		await coupons.listAssignments({ poolId: pool.id, from: since }),
	'Get Many of Assignment, of a campaign': async (coupons, { pool }) =>
		await coupons.listAssignments({ poolId: pool.id, campaign: 'late' }),
	'Export of Assignment, its first 1,000 rows': async (coupons, { pool }) => {
		const pieces = coupons.exportAssignments({ poolId: pool.id });
		await pieces.next();
		await pieces.next();
		await pieces.return();
	},
	'History of a recipient': async (coupons, { recipient }) => await coupons.getHistory(recipient),
	'Find recipients of a pool': async (coupons, { pool }) =>
		await coupons.findRecipients({ poolId: pool.id }),
	'Find recipients of all pools': async (coupons) => await coupons.findRecipients(),
	'Find recipients whose codes expire soon (none)': async (coupons, { pool }) =>
		await coupons.findRecipients({ poolId: pool.id, expiringWithinDays: 7 }),
	'Find recipients with two codes (none)': async (coupons, { pool }) =>
		await coupons.findRecipients({ poolId: pool.id, atLeast: 2 }),
	'Find recipients who have not redeemed': async (coupons, { pool }) =>
		await coupons.findRecipients({ poolId: pool.id, notRedeemed: true }),
	'Find recipients who have not redeemed (few)': async (coupons, { redeemedPool }) =>
		await coupons.findRecipients({ poolId: redeemedPool.id, notRedeemed: true }),
	'Find recipients of all pools who have not redeemed': async (coupons) =>
		await coupons.findRecipients({ notRedeemed: true }),
	'Find recipients of all pools whose codes expire soon (none)': async (coupons) =>
		await coupons.findRecipients({ expiringWithinDays: 7 }),
};

/** Codes of a batch that is small in both pools. */
const SMALL_BATCH = 1_000;

/** The fraction of all codes that are in a batch whose codes begin as no others do. */
const LARGE_BATCH_PART = 0.01;

/** One in this many assignments is of a campaign of its own. */
const RARE = 2_000;

/** Assignments that are left where all others were redeemed. */
const NOT_REDEEMED = 20;

/** Two pools with codes, some assigned, and what stands in the middle of the first. */
async function fill(bench, codes) {
	const { coupons } = bench;
	const count = Math.round(codes * ASSIGNED_PART);
	const redeemedPool = await bench.poolWith(count);
	await assignSome(coupons, redeemedPool, count, 'earlier');
	await redeemAllBut(NOT_REDEEMED, bench, redeemedPool);
	const pool = await bench.poolWith(codes);
	const smallBatch = await addBatch(coupons, pool, 'MORE', SMALL_BATCH);
	const largeBatch = await addBatch(coupons, pool, 'X-MAS', Math.round(codes * LARGE_BATCH_PART));
	const middle = await assignSome(coupons, pool, count, 'customer');
	await coupons.redeem(pool.id, middle.assignmentId);
	const since = new Date();
	await coupons.assign(pool.id, [{ recipient: 'late@example.com', campaign: 'late' }]);
	await coupons.reportPool(pool.id);
	await bench.settle();
	const { code, recipient, assignmentId, assignedAt } = middle;
	return {
		...{ pool, redeemedPool, smallBatch, largeBatch },
		...{ code, recipient, assignmentId, middle: assignedAt, since },
	};
}

/** @returns the one in the middle */
async function assignSome(coupons, pool, count, who) {
	let middle;
	for (let start = 0; start < count; start += CALL) {
		const requests = Array.from({ length: Math.min(CALL, count - start) }, (_, index) => ({
			recipient: `${who}-${start + index}@example.com`,
			...((start + index) % RARE === 0 ? { campaign: 'rare' } : {}),
		}));
		const results = await coupons.assign(pool.id, requests);
		if (start <= count / 2) middle = results[results.length - 1];
	}
	return middle;
}

/** By a statement of its own, since orders come one by one: no call redeems half a million codes. */
async function redeemAllBut(some, { client, schema }, pool) {
	await client.query(
		`update ${schema}.assignments set redeemed_at = now() where pool_id = $1 and id not in (
			select id from ${schema}.assignments where pool_id = $1 order by id desc limit $2
		)`,
		[pool.id, some],
	);
}

/** @returns its id */
async function addBatch(coupons, pool, prefix, count) {
	const lines = Array.from({ length: count }, (_, index) => `${prefix}-${index}`);
	const { batchId } = await coupons.uploadCodes(pool.id, lines.join('\n'), { header: 'no' });
	return batchId;
}

/** The median in milliseconds, after a first call that reads what is not in memory. */
async function timeOf(ask) {
	await ask();
	const times = [];
	const begin = performance.now();
	while (times.length < MOST_CALLS && performance.now() - begin < MOST_MILLISECONDS) {
		const start = performance.now();
		await ask();
		times.push(performance.now() - start);
	}
	return quantile(times, 0.5);
}
