import { lookAtStock, StockMemory } from '../../../lib/watching/look-at-stock';
import { onBothDatabases } from '../../support/databases';
import { numbered, poolWith } from '../../support/stock';
import { watch, type Watched } from '../../support/watching';

onBothDatabases('the stock that is watched', (fixture) => {
	const watches: Watched[] = [];
	const watching = async (...options: Parameters<typeof watch>) => {
		const watched = await watch(...options);
		watches.push(watched);
		return watched;
	};
	afterEach(async () => {
		await Promise.all(watches.splice(0).map(async ({ stop }) => await stop()));
	});

	let given = 0;
	const give = async (poolId: string, count: number) =>
		await fixture.coupons.assign(
			poolId,
			numbered(count).map(() => ({ recipient: `customer ${++given}` })),
		);
	const upload = async (poolId: string, codes: readonly string[]) =>
		await fixture.coupons.uploadCodes(poolId, codes.join('\n'), { header: 'no' });
	/** A pool that is told of at once, so that whoever waits for it knows that what came before was looked at. */
	const tellOfAnother = async () => await poolWith(fixture, 1, { lowStockThreshold: 5 });

	const all = ['low_stock', 'out_of_stock', 'expired', 'refilled'] as const;

	it('is not left alone for hours when the clock of this machine is set back', async () => {
		const { id } = await poolWith(fixture, 2);
		const memory = new StockMemory();
		(await lookAtStock(fixture.database, [id], memory, 'UTC')).remember();
		await give(id, 1);
		const now = Date.now;
		const clock = jest.spyOn(Date, 'now').mockImplementation(() => now() - 3 * 3_600_000);
		try {
			const { restMs } = await lookAtStock(fixture.database, [id], memory, 'UTC');
			expect(restMs ?? 0).toBeLessThan(10 * 60_000);
		} finally {
			clock.mockRestore();
		}
	});
	const names = ({ events }: Watched, poolId: string) =>
		events.filter(({ pool }) => pool.id === poolId).map(({ event }) => event);

	it('is told of when it runs low, runs out, and is refilled, once each', async () => {
		const { id } = await poolWith(fixture, 4, { lowStockThreshold: 2 });
		const watched = await watching(fixture.coupons, { events: all });
		await give(id, 2);
		expect((await watched.told(1))[0]).toMatchObject({
			event: 'low_stock',
			pool: { id },
			available: 2,
			low: true,
			alert: true,
			subject: expect.stringContaining('is running low: 2 left'),
		});
		await give(id, 1);
		await give(id, 1);
		await watched.told(2);
		await upload(id, ['NEW1', 'NEW2', 'NEW3']);
		await watched.told(3);
		expect(names(watched, id)).toEqual(['low_stock', 'out_of_stock', 'refilled']);
		expect(new Set(watched.events.map(({ eventId }) => eventId)).size).toBe(3);
	});

	it('is told of once if it was low or out of stock already, and not again after a restart', async () => {
		const low = await poolWith(fixture, 1, { lowStockThreshold: 2 });
		const out = await poolWith(fixture, 1);
		await give(out.id, 1);
		const first = await watching(fixture.coupons, { events: all });
		await first.told(2);
		await first.stop();
		const second = await watching(fixture.coupons, { events: all });
		await tellOfAnother();
		await second.told(1);
		expect(names(first, low.id)).toEqual(['low_stock']);
		expect(names(first, out.id)).toEqual(['out_of_stock']);
		expect(second.events).toHaveLength(1);
	});

	it('is told of after a restart if it changed meanwhile', async () => {
		const { id } = await poolWith(fixture, 3, { lowStockThreshold: 2 });
		await (await watching(fixture.coupons, { events: all })).stop();
		await give(id, 1);
		const watched = await watching(fixture.coupons, { events: all });
		await watched.told(1);
		expect(names(watched, id)).toEqual(['low_stock']);
	});

	it('that runs out at one go is told to who watches for low stock alone', async () => {
		const { id } = await poolWith(fixture, 4, { lowStockThreshold: 2 });
		const watched = await watching(fixture.coupons, { events: ['low_stock'] });
		await give(id, 4);
		expect((await watched.told(1))[0]).toMatchObject({
			event: 'low_stock',
			status: 'out_of_stock',
			available: 0,
		});
	});

	it('is not out of stock before it has ever had a code, and its first codes are no refill', async () => {
		const watched = await watching(fixture.coupons, { events: all });
		const { id } = await poolWith(fixture, []);
		await tellOfAnother();
		await watched.told(1);
		await upload(id, ['A', 'B']);
		await tellOfAnother();
		await watched.told(2);
		expect(names(watched, id)).toEqual([]);
	});

	it('expires with its pool, and is not told of as expired if it had before', async () => {
		const before = await poolWith(fixture, 2);
		const { id } = await poolWith(fixture, 2);
		const yesterday = new Date(Date.now() - 86_400_000);
		await fixture.coupons.updatePool(before.id, { expiresAt: yesterday });
		const watched = await watching(fixture.coupons, { events: all });
		await tellOfAnother();
		await watched.told(1);
		await fixture.coupons.updatePool(id, { expiresAt: yesterday });
		await watched.told(2);
		expect(names(watched, id)).toEqual(['expired']);
		expect(names(watched, before.id)).toEqual([]);
	});

	it('expires when time passes over what was left of its codes', async () => {
		const { id } = await poolWith(fixture, 2);
		await give(id, 1);
		const watched = await watching(fixture.coupons, { events: ['expired', 'out_of_stock'] });
		// Nothing announces it, as nothing does when time passes; polling finds it.
		await fixture.database.query(
			"update :schema.codes set expires_at = now() + interval '1 second' where pool_id = $1 and state = 'available'",
			[id],
		);
		await fixture.coupons.recount(id);
		await watched.told(1);
		expect(names(watched, id)).toEqual(['expired']);
	});

	it('is out of stock, not expired, where the last code was given after others had expired', async () => {
		const { id } = await poolWith(fixture, 2);
		const watched = await watching(fixture.coupons, { events: all });
		await fixture.database.query(
			"update :schema.codes set expires_at = now() - interval '1 day' where pool_id = $1 and code = 'C001'",
			[id],
		);
		await fixture.coupons.recount(id);
		await give(id, 1);
		await watched.told(1);
		expect(names(watched, id)).toEqual(['out_of_stock']);
	});

	it('of a pool that is switched off is not told of until it is switched on', async () => {
		const { id } = await poolWith(fixture, 1, { lowStockThreshold: 2, active: false });
		const watched = await watching(fixture.coupons, { events: all });
		await tellOfAnother();
		await watched.told(1);
		expect(names(watched, id)).toEqual([]);
		await fixture.coupons.updatePool(id, { active: true });
		await watched.told(2);
		expect(names(watched, id)).toEqual(['low_stock']);
	});

	it('is told of to each watcher, and takes no alert from Check Threshold', async () => {
		const { id } = await poolWith(fixture, 1, { lowStockThreshold: 2 });
		const [one, two] = [
			await watching(fixture.coupons, { watcher: 'one', events: ['low_stock'] }),
			await watching(fixture.coupons, { watcher: 'two', events: ['low_stock'] }),
		];
		await Promise.all([one.told(1), two.told(1)]);
		const alerts = [];
		for (let check = 0; check < 2; check++) {
			alerts.push((await fixture.coupons.checkThreshold(id, { alert: 'oncePerFall' })).alert);
		}
		expect(alerts).toEqual([true, false]);
	});

	it('of a shared pool is not told of between two of its codes, but when one is used up', async () => {
		const [soon, later] = [new Date(Date.now() + 3_600_000), new Date(Date.now() + 7_200_000)];
		const { id } = await fixture.coupons.createPool({
			name: 'Now and later',
			type: 'shared',
			sharedCodes: [
				{ code: 'NOW', endsAt: soon, maxAssignments: 1 },
				{ code: 'LATER', beginsAt: later, maxAssignments: 9 },
			],
		});
		const watched = await watching(fixture.coupons, { events: all });
		await give(id, 1);
		await watched.told(1);
		await fixture.database.query(
			"update :schema.shared_codes set ends_at = now() where pool_id = $1 and code = 'NOW'",
			[id],
		);
		await tellOfAnother();
		await watched.told(2);
		await fixture.database.query(
			"update :schema.shared_codes set begins_at = now() where pool_id = $1 and code = 'LATER'",
			[id],
		);
		await watched.told(3);
		expect(names(watched, id)).toEqual(['out_of_stock', 'refilled']);
	});

	it('of a shared pool ends with its codes', async () => {
		const pool = await fixture.coupons.createPool({
			name: 'Everybody',
			type: 'shared',
			sharedCodes: [{ code: 'ALL10' }],
		});
		const watched = await watching(fixture.coupons, { events: all });
		await tellOfAnother();
		await watched.told(1);
		await fixture.database.query(
			'update :schema.shared_codes set ends_at = now() where pool_id = $1',
			[pool.id],
		);
		await watched.told(2);
		expect(names(watched, pool.id)).toEqual(['expired']);
	});
});
