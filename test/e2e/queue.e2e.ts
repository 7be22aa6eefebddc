import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { startN8nWorker } from '../../demo/n8n-server.js';
import { readLedger } from './support/ledger';
import { openRedis, type Redis } from './support/redis';
import { openShop, type CartAnswer, type Shop } from './support/shop';

/** 5,000 take some minutes; one that is killed meanwhile shows the same with fewer. */
const CARTS = Number(process.env.COUPON_POOLS_QUEUE_CARTS ?? 1000);

/** Carts that wait for their answer at any moment: as many as both workers run together. */
const AT_ONCE = 100;

const CONCURRENCY = AT_ONCE / 2;

/** A shop that has no answer by then sends the cart again. The dead worker's carts have none. */
const PATIENCE_SECONDS = 45;

type Worker = Awaited<ReturnType<typeof startN8nWorker>>;

describe('A real n8n in queue mode, with a main process and two workers', () => {
	let redis: Redis;
	let shop: Shop;
	const workers = new Map<string, Worker>();

	const settings = () => ({
		EXECUTIONS_MODE: 'queue',
		// As an n8n under load is set up; its own database would take most of the time.
		EXECUTIONS_DATA_SAVE_ON_SUCCESS: 'none',
		...redis.settings,
	});

	const startWorker = async (name: string) => {
		const { userFolder, postgres } = shop;
		workers.set(
			name,
			await startN8nWorker({
				name,
				userFolder,
				postgres,
				database: 'n8n',
				logFile: shop.logFile(name),
				concurrency: CONCURRENCY,
				settings: settings(),
			}),
		);
	};

	beforeAll(async () => {
		const data = join(__dirname, '..', '..', 'demo', '.data', 'e2e');
		redis = await openRedis(join(data, 'redis'), join(data, 'logs', 'redis.log'));
		shop = await openShop('postgres', 'queue', settings());
		await startWorker('worker-1');
		await startWorker('worker-2');
	});

	afterAll(async () => {
		// In order, the main process would wait for the dead worker's executions, which never end.
		await Promise.all([...workers.values(), shop?.n8n].map(async (one) => await one?.kill()));
		await shop?.close();
		await redis?.stop();
	});

	it(`gives each of ${CARTS.toLocaleString('en')} customers one code and loses none, though a worker is killed in the middle and started again`, async () => {
		const spare = 100;
		const path = await shop.openPool('Queue', numbered('QUEUE', CARTS + spare));
		const emails = Array.from({ length: CARTS }, (_, at) => `customer-${at + 1}@example.com`);

		let answered = 0;
		let restarted: Promise<void> | undefined;
		const first = await shop.abandonCarts(path, emails, {
			atOnce: AT_ONCE,
			timeoutSeconds: PATIENCE_SECONDS,
			onAnswer: ({ code }) => {
				if (code && ++answered === Math.floor(CARTS / 3)) {
					restarted = workers
						.get('worker-1')
						?.kill()
						.then(async () => await startWorker('worker-1'));
				}
			},
		});
		await restarted;
		const unanswered = first.filter(({ code }) => !code);
		// Otherwise the kill cut nothing off.
		expect(unanswered.length).toBeGreaterThan(0);

		const all = [
			...first.filter(({ code }) => code),
			...(await sendUntilAnswered(unanswered, path)),
		];

		expect(new Set(all.map(({ email }) => email)).size).toBe(CARTS);
		expect(new Set(all.map(({ code }) => code)).size).toBe(CARTS);
		const database = await shop.database.open();
		try {
			const ledger = await readLedger(database, 'Queue');
			expect(ledger).toMatchObject({ withTwoCodes: [], withTwoHolders: [], inconsistent: [] });
			expect(ledger).toMatchObject({
				added: CARTS + spare,
				assigned: CARTS,
				available: spare,
				reserved: 0,
				removed: 0,
				expiredUnassigned: 0,
			});
			for (const { email, code } of all) expect(ledger.holders.get(email)).toBe(code);
		} finally {
			await database.close();
		}
	}, 1_800_000);

	it('has run workflows in both workers, and in the one that was killed again afterwards', () => {
		const [before, after] = readFileSync(shop.logFile('worker-1'), 'utf8').split(READY).slice(-2);
		expect(before).toContain(STARTED);
		expect(after).toContain(STARTED);
		expect(readFileSync(shop.logFile('worker-2'), 'utf8')).toContain(STARTED);
	});

	/** As a shop does that has no answer: again and again the same cart. */
	async function sendUntilAnswered(
		carts: readonly CartAnswer[],
		path: string,
	): Promise<CartAnswer[]> {
		const answered: CartAnswer[] = [];
		let open = carts.map(({ email }) => email);
		for (let rounds = 0; open.length > 0 && rounds < 5; rounds++) {
			const answers = await shop.abandonCarts(path, open, {
				atOnce: AT_ONCE,
				timeoutSeconds: PATIENCE_SECONDS,
			});
			answered.push(...answers.filter(({ code }) => code));
			open = answers.filter(({ code }) => !code).map(({ email }) => email);
		}
		expect(open).toEqual([]);
		return answered;
	}
});

/** What a worker logs when it is up, and when it takes an execution. */
const READY = 'n8n worker is now ready';
const STARTED = 'Worker started execution';

function numbered(prefix: string, count: number): string[] {
	return Array.from({ length: count }, (_, index) => `${prefix}-${index + 1}`);
}
