import { onBothDatabases } from '../../support/databases';
import { numbered, poolWith } from '../../support/stock';
import { watch, type Watched } from '../../support/watching';

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
});
