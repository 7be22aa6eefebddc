// One recipient per call, against what a queue on PostgreSQL takes to hand out one job and mark it as done: pg-boss, in
// the same server. Both give each row to one client only; neither waits for the other.

import PgBoss from 'pg-boss';

import { askAtOnce, perSecond } from './clients.mjs';
import { withPools } from './pools.mjs';
import { takeTurns } from './turns.mjs';

const CLIENTS = [1, 8, 32];

const JOBS = 1_500;

const SCHEMA = 'bench_assign_queues';

const QUEUE_SCHEMA = 'bench_queue';

export async function assignQueues({ url }) {
	const rows = [];
	for (const clients of CLIENTS) rows.push(await measure(url, clients));
	return rows;
}

async function measure(url, clients) {
	return await withPools({ url, schema: SCHEMA, connections: clients }, async (bench) => {
		await bench.client.query(`drop schema if exists ${QUEUE_SCHEMA} cascade`);
		const boss = new PgBoss({
			connectionString: url,
			schema: QUEUE_SCHEMA,
			max: clients,
			supervise: false,
			schedule: false,
		});
		await boss.start();
		try {
			return await compare(bench, boss, clients);
		} finally {
			await boss.stop({ graceful: false, wait: true });
			await bench.client.query(`drop schema ${QUEUE_SCHEMA} cascade`);
		}
	});
}

async function compare(bench, boss, clients) {
	const numbers = Array.from({ length: JOBS }, (_, index) => index);
	let pool;
	let queue;
	let made = 0;
	const { ours, boss: theirs } = await takeTurns(
		{
			boss: async () =>
				await askAtOnce(clients, numbers, async () => {
					const jobs = await boss.fetch(queue);
					if (jobs.length !== 1) throw new Error(`${jobs.length} jobs`);
					await boss.complete(queue, jobs[0].id);
				}),
			ours: async () =>
				await askAtOnce(clients, numbers, async (number) => {
					const recipient = `customer-${number}@example.com`;
					const [given] = await bench.coupons.assign(pool.id, [
						{ recipient, requestId: `request-${number}` },
					]);
					if (given.code === null) throw new Error(`No code: ${given.reason}`);
				}),
		},
		{
			before: async (name) => {
				if (name === 'ours') {
					pool = await bench.poolWith(JOBS);
				} else {
					queue = `queue-${made++}`;
					await boss.createQueue(queue);
					await boss.insert(
						numbers.map((number) => ({ name: queue, data: { recipient: `customer-${number}` } })),
					);
					await bench.client.query(`vacuum (analyze) ${QUEUE_SCHEMA}.job`);
				}
				await bench.settle();
			},
		},
	);
	return {
		case: `assign-queues: ${clients} ${clients === 1 ? 'client' : 'clients'}, against pg-boss (fetch, complete)`,
		ours: perSecond(JOBS / ours),
		floor: perSecond(JOBS / theirs),
		ratio: (theirs / ours).toFixed(2),
		goal: '> 1',
		met: theirs / ours > 1,
	};
}
