import { CouponPools, type Provider } from '../../../lib';
import { Upkeep } from '../../../lib/upkeep';
import { onBothListening } from '../../support/databases';
import { dynamicPool, shopifyOf } from '../../support/dynamic-pools';
import { Shopify } from '../../support/shopify';
import { poolWith } from '../../support/stock';
import { until } from '../../support/until';
import { watch } from '../../support/watching';

onBothListening('codes that are assigned and redeemed', (fixture) => {
	it('are told at once, without waiting for the next poll', async () => {
		const { id } = await poolWith(fixture, 2);
		const watched = await watch(fixture.coupons, {
			events: ['assigned', 'redeemed'],
			pollSeconds: 3600,
		});
		try {
			await fixture.coupons.assign(id, [{ recipient: 'one' }]);
			await watched.told(1);
			await fixture.coupons.assign(id, [{ recipient: 'two' }]);
			await watched.told(2);
			await fixture.coupons.redeemOrders([{ orderId: '#1', codes: ['C001'] }]);
			await watched.told(3);
			await fixture.coupons.redeemOrders([{ orderId: '#2', codes: ['C002'] }], { poolId: id });
			await watched.told(4);
			expect(watched.events).toMatchObject([
				{ event: 'assigned', recipient: 'one' },
				{ event: 'assigned', recipient: 'two' },
				{ event: 'redeemed', recipient: 'one' },
				{ event: 'redeemed', recipient: 'two' },
			]);
		} finally {
			await watched.stop();
		}
	});
});

onBothListening('whoever watches a pool', (fixture) => {
	let shop: Shopify;
	let provider: Provider;
	beforeEach(async () => {
		shop = await Shopify.open();
		provider = shopifyOf(shop);
	});
	afterEach(async () => await shop.close());
	afterEach(() => jest.restoreAllMocks());

	/** A process of its own, and the pools that it announces. */
	const announcing = (): { coupons: CouponPools; announced: string[] } => {
		const announced: string[] = [];
		const coupons = new CouponPools({
			...fixture.database,
			query: async (text, values) => {
				if (text.includes('pg_notify')) announced.push(...(values?.[0] as string[]));
				return await fixture.database.query(text, values);
			},
		});
		return { coupons, announced };
	};
	const unique = async () => (await poolWith(fixture, 2)).id;
	const dynamic = async () => (await dynamicPool(fixture, provider, { keepInStock: 2 })).id;
	const shared = async () => {
		const { id } = await fixture.coupons.createPool({
			name: 'Everybody',
			type: 'shared',
			sharedCodes: [{ code: 'SPRING', endsAt: '2099-01-01' }],
		});
		return id;
	};
	const sharedCode = async (poolId: string) =>
		(await fixture.coupons.listSharedCodes(poolId))[0].id;

	const uses: Array<
		[string, () => Promise<string>, (coupons: CouponPools, id: string) => Promise<unknown>]
	> = [
		[
			'orders are redeemed',
			unique,
			async (coupons, id) => await coupons.redeemOrders([], { poolId: id }),
		],
		[
			'codes are assigned on demand',
			dynamic,
			async (coupons, id) => await coupons.assignOnDemand(id, [{ recipient: 'a' }], { provider }),
		],
		['it is refilled', dynamic, async (coupons, id) => await coupons.refillPool(id, { provider })],
		['it is reconciled', dynamic, async (coupons, id) => await coupons.reconcilePool(id, provider)],
		[
			'codes are generated',
			unique,
			async (coupons, id) => await coupons.generateCodes(id, { count: 2 }),
		],
		[
			'assignments are imported',
			unique,
			async (coupons, id) =>
				await coupons.importAssignments(id, 'code,recipient\nX1,a@example.com'),
		],
		[
			'a shared code is added',
			shared,
			async (coupons, id) =>
				await coupons.addSharedCode(id, { code: 'SUMMER', beginsAt: '2099-01-02' }),
		],
		[
			'a shared code is changed',
			shared,
			async (coupons, id) =>
				await coupons.changeSharedCode(id, await sharedCode(id), { maxAssignments: 5 }),
		],
		[
			'a shared code is removed',
			shared,
			async (coupons, id) => await coupons.removeSharedCode(id, await sharedCode(id)),
		],
	];

	it.each(uses)('hears of it when %s, and its sums are kept up', async (_, make, use) => {
		const noted = jest.spyOn(Upkeep.prototype, 'note');
		const id = await make();
		const watched = await watch(fixture.coupons, { events: ['assigned'], pollSeconds: 3600 });
		try {
			const { coupons, announced } = announcing();
			noted.mockClear();
			await use(coupons, id);
			expect(noted).toHaveBeenCalledWith(id);
			await until(() => announced.length > 0);
			expect(announced).toEqual([id]);
		} finally {
			await watched.stop();
		}
	});

	it('hears of it when an order is redeemed whose pool is not known', async () => {
		const noted = jest.spyOn(Upkeep.prototype, 'note');
		const { id } = await poolWith(fixture, 2);
		await fixture.coupons.assign(id, [{ recipient: 'a' }]);
		const watched = await watch(fixture.coupons, { events: ['redeemed'], pollSeconds: 3600 });
		try {
			const { coupons, announced } = announcing();
			noted.mockClear();
			await coupons.redeemOrders([{ orderId: '#1', codes: ['C001', 'UNKNOWN'] }]);
			await watched.told(1);
			expect(announced).toEqual(['']);
			expect(noted).toHaveBeenCalledWith(id);
		} finally {
			await watched.stop();
		}
	});

	it('hears of it when a macro takes a code, and the sums of its pool are kept up', async () => {
		const noted = jest.spyOn(Upkeep.prototype, 'note');
		const { id, name } = await poolWith(fixture, 2);
		const watched = await watch(fixture.coupons, { events: ['assigned'], pollSeconds: 3600 });
		try {
			const { coupons, announced } = announcing();
			noted.mockClear();
			const template = { text: `{{client.promocode('${name}')}}` };
			await coupons.renderMessages([{ template, context: {}, recipient: 'a' }]);
			await watched.told(1);
			expect(announced).toEqual(['']);
			expect(noted).toHaveBeenCalledWith(id);
		} finally {
			await watched.stop();
		}
	});
});
