import type { PoolEvent, WatchOptions } from '../../../lib';
import type { Database } from '../../../lib/database/database';
import { begin, look, WatchMemory } from '../../../lib/watching/look';
import { onBothDatabases } from '../../support/databases';
import { numbered, poolWith } from '../../support/stock';
import { until } from '../../support/until';
import { aMinutePasses, watch, type Watched } from '../../support/watching';

onBothDatabases('codes that are assigned and redeemed', (fixture) => {
	const watches: Watched[] = [];
	const watching = async (...options: Parameters<typeof watch>) => {
		const watched = await watch(...options);
		watches.push(watched);
		return watched;
	};
	afterEach(async () => {
		await Promise.all(watches.splice(0).map(async ({ stop }) => await stop()));
	});

	const give = async (poolId: string, recipient: string) =>
		(await fixture.coupons.assign(poolId, [{ recipient, campaign: 'cart' }]))[0];

	it('are told with pool and assignment', async () => {
		const pool = await poolWith(fixture, 3, { merchant: 'shop-uk' });
		const watched = await watching(fixture.coupons, { events: ['assigned', 'redeemed'] });
		await give(pool.id, 'jane@example.com');
		await watched.told(1);
		await fixture.coupons.redeemCode('C001', { orderId: '1001' });

		const [assigned, redeemed] = await watched.told(2);
		expect(assigned).toMatchObject({
			event: 'assigned',
			pool: { id: pool.id, name: pool.name, merchant: 'shop-uk', type: 'unique' },
			recipient: 'jane@example.com',
			campaign: 'cart',
			code: 'C001',
			source: 'pool',
			assignedAt: expect.any(Date),
			expiresAt: null,
			redeemedAt: null,
		});
		expect(redeemed).toMatchObject({
			event: 'redeemed',
			code: 'C001',
			orderId: '1001',
			redeemedAt: expect.any(Date),
		});
		expect(redeemed.eventId).not.toBe(assigned.eventId);
	});

	it('that were only reserved are told when that is confirmed', async () => {
		const { id } = await poolWith(fixture, 3);
		const watched = await watching(fixture.coupons, { events: ['assigned'] });
		const [held] = await fixture.coupons.assign(id, [{ recipient: 'ann' }], { holdMinutes: 5 });
		await give(id, 'bob');
		await watched.told(1);
		await fixture.coupons.confirmCode(id, held.code ?? '');
		const events = await watched.told(2);
		expect(events).toMatchObject([
			{ event: 'assigned', recipient: 'bob' },
			{ event: 'assigned', recipient: 'ann' },
		]);
	});

	it('that were only reserved are told as assigned, too, when they are redeemed', async () => {
		const { id } = await poolWith(fixture, 1);
		const watched = await watching(fixture.coupons, { events: ['assigned', 'redeemed'] });
		await fixture.coupons.assign(id, [{ recipient: 'ann' }], { holdMinutes: 5 });
		await fixture.coupons.redeemCode('C001', { orderId: '1001' });
		expect(await watched.told(2)).toMatchObject([
			{ event: 'assigned', recipient: 'ann' },
			{ event: 'redeemed', recipient: 'ann' },
		]);
	});

	it('are told once each, many at once in few tellings, in the order in which they happened', async () => {
		const { id } = await poolWith(fixture, 1200);
		const watched = await watching(fixture.coupons, { events: ['assigned'] });
		const recipients = numbered(1200).map((code) => ({ recipient: `customer ${code}` }));
		await fixture.coupons.assign(id, recipients);

		const events = await watched.told(1200);
		await fixture.coupons.assign(id, recipients);
		await give((await poolWith(fixture, 1)).id, 'the last one');
		await watched.told(1201);
		expect(watched.tellings.slice(0, 3)).toEqual([500, 500, 200]);
		expect(new Set(events.map(({ eventId }) => eventId)).size).toBe(1201);
		expect(events).toHaveLength(1201);
	});

	it('that were confirmed while nobody looked are told, however many', async () => {
		const { id } = await poolWith(fixture, 1200);
		await (await watching(fixture.coupons, { events: ['assigned'] })).stop();
		const recipients = numbered(1200).map((code) => ({ recipient: `customer ${code}` }));
		await fixture.coupons.assign(id, recipients, { holdMinutes: 60 });
		await fixture.coupons.assign(id, recipients);
		// One that looks once, and is then gone for a minute.
		let looks = 0;
		const first = await watching(fixture.coupons, {
			events: ['assigned'],
			onEvents: () => {
				if (++looks > 1) throw new Error('It is gone.');
			},
		});
		await first.told(500);
		await first.stop();
		await fixture.database.query(
			"update :schema.watches set next_at = now() - interval '2 minutes' where next_at is not null",
		);
		const second = await watching(fixture.coupons, { events: ['assigned'] });
		await second.told(700);
		const told = [...first.events.slice(0, 500), ...second.events];
		expect(new Set(told.map(({ eventId }) => eventId)).size).toBe(1200);
	});

	it('are told of a pool that was archived meanwhile, whenever it is restored', async () => {
		const { id } = await poolWith(fixture, 2);
		await give(id, 'jane');
		await fixture.database.query(
			"update :schema.pools set created_at = now() - interval '1 day' where id = $1",
			[id],
		);
		const plan = {
			watcher: 'test',
			pools: 'all' as const,
			events: new Set(['redeemed'] as const),
			timezone: 'UTC',
		};
		await begin(fixture.database, plan, 'lastLook');
		await fixture.coupons.archivePool(id);
		await fixture.coupons.redeemCode('C001', { poolId: id });
		const told: PoolEvent[] = [];
		const lookAt = async (database: Database) =>
			await look(database, plan, new WatchMemory(), (events) => told.push(...events));
		await lookAt(fixture.database);
		// Restored after the pools were looked up, and before what happened in them.
		await lookAt({
			...fixture.database,
			transaction: async (work) => {
				await fixture.coupons.restorePool(id);
				return await fixture.database.transaction(work);
			},
		});
		await lookAt(fixture.database);
		expect(told).toMatchObject([{ event: 'redeemed', code: 'C001' }]);
	});

	it('are told after a restart, once', async () => {
		const { id } = await poolWith(fixture, 4);
		const first = await watching(fixture.coupons, { events: ['assigned'] });
		await give(id, 'before');
		await first.told(1);
		await first.stop();
		await give(id, 'meanwhile');
		const second = await watching(fixture.coupons, { events: ['assigned'] });
		await give(id, 'after');
		await second.told(2);
		expect(recipients(first)).toEqual(['before']);
		expect(recipients(second)).toEqual(['meanwhile', 'after']);
	});

	it('are left out after a restart that begins now, and before the first beginning', async () => {
		const { id } = await poolWith(fixture, 4);
		await give(id, 'long ago');
		await (await watching(fixture.coupons, { events: ['assigned'] })).stop();
		await give(id, 'meanwhile');
		const watched = await watching(fixture.coupons, { events: ['assigned'], since: 'now' });
		await give(id, 'after');
		await watched.told(1);
		expect(recipients(watched)).toEqual(['after']);
	});

	it('are told of pools that were made while nobody looked', async () => {
		await (await watching(fixture.coupons, { events: ['assigned'] })).stop();
		await fixture.database.query(
			"update :schema.watches set looked_at = now() - interval '1 day' where pool_id = 0",
		);
		await give((await poolWith(fixture, 1)).id, 'meanwhile');
		const watched = await watching(fixture.coupons, { events: ['assigned'] });
		await watched.told(1);
		expect(recipients(watched)).toEqual(['meanwhile']);
	});

	it('are not told from before they, or their pool, were chosen', async () => {
		const [{ id }, other] = [await poolWith(fixture, 4), await poolWith(fixture, 4)];
		await fixture.database.query("update :schema.pools set created_at = now() - interval '1 day'");
		const redeem = async (code: string, poolId: string) =>
			await fixture.coupons.redeemCode(code, { poolId });
		const first = await watching(fixture.coupons, {
			events: ['assigned'],
			pools: { ids: [id] },
		});
		await give(id, 'a');
		await redeem('C001', id);
		await give(other.id, 'a');
		await first.told(1);
		await first.stop();
		const second = await watching(fixture.coupons, { events: ['assigned', 'redeemed'] });
		await give(other.id, 'b');
		await redeem('C001', other.id);
		await second.told(2);
		expect(second.events).toMatchObject([
			{ event: 'assigned', recipient: 'b', pool: { id: other.id } },
			{ event: 'redeemed', recipient: 'a', pool: { id: other.id } },
		]);
	});

	it('are told again if whoever was told failed', async () => {
		const { id } = await poolWith(fixture, 2);
		let failures = 0;
		const troubles: string[] = [];
		const watched = await watching(fixture.coupons, {
			events: ['assigned'],
			onEvents: () => {
				if (failures++ === 0) throw new Error('The queue is full');
			},
			onTrouble: ({ message }) => {
				troubles.push(message);
				throw new Error('Nobody to tell');
			},
		});
		await give(id, 'jane');
		await watched.told(1);
		expect(recipients(watched)).toEqual(['jane']);
		expect(troubles).toEqual([expect.stringContaining('The queue is full')]);
	});

	it('are not told with the made-up name of an erased recipient', async () => {
		const { id } = await poolWith(fixture, 3);
		await (await watching(fixture.coupons, { events: ['assigned'] })).stop();
		await give(id, 'jane@example.com');
		await fixture.coupons.eraseRecipient('jane@example.com');
		const watched = await watching(fixture.coupons, { events: ['assigned'] });
		await give(id, 'john@example.com');
		await watched.told(1);
		expect(recipients(watched)).toEqual(['john@example.com']);
	});

	it('keep no trace of single tellings for long', async () => {
		const { id } = await poolWith(fixture, 5);
		const watched = await watching(fixture.coupons, { events: ['assigned', 'redeemed'] });
		await give(id, 'a');
		await watched.told(1);
		await fixture.coupons.redeemCode('C001');
		await watched.told(2);
		const deliveries = async () => await fixture.database.query('select * from :schema.deliveries');
		// What other tests have open holds the marks.
		await until(async () => {
			await aMinutePasses(fixture.database);
			return (await deliveries()).length === 0;
		});
		expect(await deliveries()).toEqual([]);
		await give(id, 'b');
		await watched.told(3);
		expect(recipients(watched)).toEqual(['a', 'a', 'b']);
	});

	it('leave nothing behind of a pool that is deleted', async () => {
		const { id } = await poolWith(fixture, []);
		await watching(fixture.coupons, { events: ['assigned'] });
		await fixture.coupons.deletePool(id);
		expect(
			await fixture.database.query('select * from :schema.watches where pool_id = $1', [id]),
		).toEqual([]);
	});

	it('are told of the pools that are left after a restart, if one of several was deleted', async () => {
		const [{ id }, { id: gone }] = [await poolWith(fixture, 2), await poolWith(fixture, [])];
		const pools = { ids: [gone, id] };
		await (await watching(fixture.coupons, { events: ['assigned'], pools })).stop();
		await fixture.coupons.deletePool(gone);
		await give(id, 'meanwhile');
		const watched = await watching(fixture.coupons, { events: ['assigned'], pools });
		await watched.told(1);
		expect(recipients(watched)).toEqual(['meanwhile']);
		const [sample] = await fixture.coupons.sampleEvents(pools, ['assigned']);
		expect(sample.pool.id).toBe(id);
	});

	const refused: Array<[string, Partial<WatchOptions>]> = [
		['No event is chosen', { events: [] }],
		['The event "sold" is unknown', { events: ['sold' as 'assigned'] }],
		['Watcher is empty', { watcher: ' ' }],
		['No pool is chosen', { pools: { ids: [] } }],
		['There is no pool "abc"', { pools: { ids: ['abc'] } }],
		['There is no pool "999999"', { pools: { ids: ['999999', '999998'] } }],
		['The time between two looks is 0 seconds', { pollSeconds: 0 }],
	];
	it.each(refused)('cannot be watched so: %s', async (message, options) => {
		await expect(
			watching(fixture.coupons, { events: ['assigned'], ...options }),
		).rejects.toMatchObject({ message, hint: expect.stringMatching(/./) });
	});
});

function recipients({ events }: Watched): string[] {
	return events.map((event) => ('recipient' in event ? event.recipient : ''));
}
