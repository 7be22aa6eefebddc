import type { AssignRequest, CouponPoolsError, Provider } from '../../../lib';
import { onBothDatabases } from '../../support/databases';
import { codesHere, dynamicPool, shopifyOf } from '../../support/dynamic-pools';
import { Shopify } from '../../support/shopify';
import { expectSumsToHold } from '../../support/sums';

const customers = (count: number): AssignRequest[] =>
	Array.from({ length: count }, (_, n) => ({ recipient: `c${n}@example.com`, requestId: `r${n}` }));

const inHours = (hours: number) => new Date(Date.now() + hours * 3_600_000);

onBothDatabases('Codes on demand', (fixture) => {
	let shop: Shopify;
	let provider: Provider;
	beforeEach(async () => {
		shop = await Shopify.open();
		provider = shopifyOf(shop);
	});
	afterEach(async () => await shop.close());

	it('for 200 recipients are one job in the shop', async () => {
		const pool = await dynamicPool(fixture, provider, { keepInStock: 0 });
		const given = await fixture.coupons.assignOnDemand(pool.id, customers(200), { provider });
		expect(new Set(given.map(({ code }) => code)).size).toBe(200);
		expect(shop.countOf('AddCodes')).toBe(1);
		expect(shop.store.codesOf('1001').sort()).toEqual(given.map(({ code }) => code).sort());
		await expectSumsToHold(fixture.database, pool.id);
	});

	it('are taken from the ready stock first', async () => {
		const pool = await dynamicPool(fixture, provider, { keepInStock: 10 });
		await fixture.coupons.refillPool(pool.id, { provider });
		const before = shop.server.asked.length;
		const given = await fixture.coupons.assignOnDemand(pool.id, customers(10), { provider });
		expect(given.every(({ code }) => code !== null)).toBe(true);
		expect(shop.server.asked).toHaveLength(before);
	});

	it('are made for those alone who have none yet', async () => {
		const pool = await dynamicPool(fixture, provider, { keepInStock: 0 });
		const first = await fixture.coupons.assignOnDemand(pool.id, customers(3), { provider });
		const again = await fixture.coupons.assignOnDemand(pool.id, customers(4), { provider });
		expect(again.slice(0, 3).map(({ code }) => code)).toEqual(first.map(({ code }) => code));
		expect(shop.store.codesOf('1001')).toHaveLength(4);
	});

	it('for 12 recipients at once are each given once', async () => {
		const pool = await dynamicPool(fixture, provider, { keepInStock: 5 });
		const given = await Promise.all(
			customers(12).map(
				async (request) => await fixture.coupons.assignOnDemand(pool.id, [request], { provider }),
			),
		);
		expect(new Set(given.flat().map(({ code }) => code)).size).toBe(12);
		const { stock } = await codesHere(fixture, pool.id);
		expect(shop.store.codesOf('1001').sort()).toEqual(stock);
		await expectSumsToHold(fixture.database, pool.id);
	});

	it('are made before the default code is given', async () => {
		const pool = await dynamicPool(fixture, provider, { keepInStock: 0, defaultCode: 'WELCOME' });
		const given = await fixture.coupons.assignOnDemand(pool.id, customers(3), { provider });
		expect(given).toMatchObject(Array(3).fill({ source: 'pool' }));
	});

	it.each([
		[null, { code: null, reason: 'out_of_stock' }],
		['WELCOME', { code: 'WELCOME', source: 'default' }],
	])(
		'go on from the ready stock while the shop is down, then with the default code %j',
		async (defaultCode, rest) => {
			const pool = await dynamicPool(fixture, provider, { keepInStock: 3, defaultCode });
			await fixture.coupons.refillPool(pool.id, { provider });
			shop.server.state = 'down';
			const failures: CouponPoolsError[] = [];
			const given = await fixture.coupons.assignOnDemand(pool.id, customers(5), {
				provider,
				onShopFailure: (failure) => failures.push(failure),
			});
			expect(given.filter((one) => one.code !== null && one.source === 'pool')).toHaveLength(3);
			expect(given.slice(3)).toMatchObject([rest, rest]);
			expect(failures).toMatchObject([{ code: 'shop_unreachable' }]);

			shop.server.state = 'up';
			expect(await fixture.coupons.refillPool(pool.id, { provider })).toMatchObject({
				available: 3,
				pending: 0,
			});
			const { stock } = await codesHere(fixture, pool.id);
			expect(shop.store.codesOf('1001').sort()).toEqual(stock);
			await expectSumsToHold(fixture.database, pool.id);
		},
	);

	it('are others in place of those that somebody else has', async () => {
		let asked = 0;
		const crowded = await Shopify.open({ collides: () => ++asked <= 5 });
		const [given] = await assignOf(crowded);
		expect(given).toMatchObject({ source: 'pool' });
		expect(crowded.store.codesOf('1001')).toHaveLength(1);
		await crowded.close();
	});

	it('are given up, and it is told, where somebody else seems to have all', async () => {
		const failures: CouponPoolsError[] = [];
		const full = await Shopify.open({ collides: () => true });
		const [given] = await assignOf(full, (failure) => failures.push(failure));
		expect(given).toMatchObject({ code: null, reason: 'out_of_stock' });
		expect(failures).toMatchObject([{ code: 'shop_refused' }]);
		await full.close();
	});

	async function assignOf(own: Shopify, onShopFailure?: (failure: CouponPoolsError) => void) {
		const options = { provider: shopifyOf(own), onShopFailure };
		const pool = await dynamicPool(fixture, options.provider, { keepInStock: 0 });
		return await fixture.coupons.assignOnDemand(pool.id, customers(1), options);
	}

	it('are waited for no longer than was said, and nobody waits right after that', async () => {
		const pool = await dynamicPool(fixture, provider, { keepInStock: 0 });
		shop.server.state = 'hanging';
		const options = { provider, onTheSpotSeconds: 0.5 };
		const begun = Date.now();
		expect(await fixture.coupons.assignOnDemand(pool.id, customers(1), options)).toMatchObject([
			{ code: null, reason: 'out_of_stock' },
		]);
		expect(Date.now() - begun).toBeLessThan(5000);
		const before = shop.server.asked.length;
		await fixture.coupons.assignOnDemand(pool.id, customers(1), options);
		expect(shop.server.asked).toHaveLength(before);
	});

	it('are not made for a pool that gives none', async () => {
		const pool = await dynamicPool(fixture, provider, { active: false, defaultCode: 'WELCOME' });
		const given = await fixture.coupons.assignOnDemand(pool.id, customers(2), { provider });
		expect(given).toMatchObject(Array(2).fill({ code: null, reason: 'pool_inactive' }));
		expect(shop.countOf('AddCodes')).toBe(0);
	});

	it('are not made for a pool that ends before they could be used', async () => {
		const pool = await dynamicPool(fixture, provider, {
			expiresAt: new Date(Date.now() + 3_600_000),
			expirationCutoffDays: 1,
		});
		const given = await fixture.coupons.assignOnDemand(pool.id, customers(1), { provider });
		expect(given).toMatchObject([{ code: null }]);
		expect(shop.countOf('AddCodes')).toBe(0);
	});

	it('come from the stock alone where no shop is given', async () => {
		const pool = await dynamicPool(fixture, provider, { keepInStock: 1 });
		await fixture.coupons.refillPool(pool.id, { provider });
		const given = await fixture.coupons.assignOnDemand(pool.id, customers(2));
		expect(given).toMatchObject([{ source: 'pool' }, { code: null, reason: 'out_of_stock' }]);
	});

	it('tell when the stock is to be refilled', async () => {
		const pool = await dynamicPool(fixture, provider, { keepInStock: 4, refillAt: 2 });
		await fixture.coupons.refillPool(pool.id, { provider });
		expect(await fixture.coupons.needsRefill(pool.id)).toBe(false);
		await fixture.coupons.assignOnDemand(pool.id, customers(2));
		expect(await fixture.coupons.needsRefill(pool.id)).toBe(true);
	});

	it.each([
		['is not active', false, { active: false }],
		['has ended', false, { expiresAt: new Date(Date.now() - 1000) }],
		['ends within its cutoff', false, { expiresAt: inHours(24), expirationCutoffDays: 2 }],
		['has not begun', true, { beginsAt: inHours(24) }],
	])('for a pool that %s are made ahead by themselves: %s', async (_, needs, settings) => {
		const pool = await dynamicPool(fixture, provider, { keepInStock: 4, ...settings });
		expect(await fixture.coupons.needsRefill(pool.id)).toBe(needs);
		const { added } = await fixture.coupons.refillPool(pool.id, { provider, byItself: true });
		expect(added).toBe(needs ? 4 : 0);
		// Who asks for them gets them.
		expect(await fixture.coupons.refillPool(pool.id, { provider, target: 6 })).toMatchObject({
			added: 6 - added,
		});
	});

	it('are made ahead by themselves until the pool is archived', async () => {
		const pool = await dynamicPool(fixture, provider, { keepInStock: 5000 });
		const refill = fixture.coupons.refillPool(pool.id, { provider, byItself: true });
		await shop.asked('AddCodes', 2);
		await fixture.coupons.archivePool(pool.id);
		expect((await refill).added).toBeLessThanOrEqual(750);
		expect(await fixture.coupons.needsRefill(pool.id)).toBe(false);
		const { stock, pending } = await codesHere(fixture, pool.id);
		expect(pending).toEqual([]);
		expect(shop.store.codesOf('1001').sort()).toEqual(stock);
	});

	it('that were used in the shop are found when the orders’ webhooks were missed', async () => {
		const pool = await dynamicPool(fixture, provider, { keepInStock: 5 });
		await fixture.coupons.refillPool(pool.id, { provider });
		const given = await fixture.coupons.assignOnDemand(pool.id, customers(3));
		shop.store.use(String(given[1].code));
		expect(await fixture.coupons.reconcilePool(pool.id, provider)).toEqual({
			asked: 3,
			redeemed: 1,
			redeemedCodes: [given[1].code],
			partial: false,
		});
		expect(await fixture.coupons.reconcilePool(pool.id, provider)).toMatchObject({ redeemed: 0 });
		expect(await fixture.coupons.checkThreshold(pool.id)).toMatchObject({ redeemed: 1 });
	});
});

onBothDatabases('Codes made without a shop', (fixture) => {
	it('are made ahead and on demand', async () => {
		const pool = await dynamicPool(fixture, undefined, { keepInStock: 20 });
		expect(await fixture.coupons.refillPool(pool.id)).toMatchObject({ added: 20, available: 20 });
		const given = await fixture.coupons.assignOnDemand(pool.id, customers(50));
		expect(new Set(given.map(({ code }) => code)).size).toBe(50);
		await expectSumsToHold(fixture.database, pool.id);
	});

	it('are refused all, with the length needed, where the form has too few for a mailing', async () => {
		const pool = await dynamicPool(fixture, undefined, { form: { length: 2 }, keepInStock: 100 });
		// A quarter of 31² codes, and no more, can be made.
		await expect(fixture.coupons.refillPool(pool.id, { target: 241 })).rejects.toMatchObject({
			code: 'invalid_input',
			message: expect.stringContaining('too few for 241'),
			hint: expect.stringContaining('at least 3'),
		});
		expect(await fixture.coupons.checkThreshold(pool.id)).toMatchObject({ total: 0 });
		expect(await fixture.coupons.refillPool(pool.id, { target: 225 })).toMatchObject({
			added: 225,
		});
	});

	it.each([Infinity, Number.NaN, 2.5, -1, 5_000_001])(
		'are not made until there are %s of them',
		async (target) => {
			const pool = await dynamicPool(fixture, undefined, { keepInStock: 1 });
			await expect(fixture.coupons.refillPool(pool.id, { target })).rejects.toMatchObject({
				code: 'invalid_input',
				message: `The stock to reach is ${target}`,
			});
		},
	);

	it('expire so many days after they were given', async () => {
		const pool = await dynamicPool(fixture, undefined, { expiresAfterDays: 30 });
		const [given] = await fixture.coupons.assignOnDemand(pool.id, customers(1));
		if (given.code === null) throw new Error(given.message);
		const days = (Number(given.expiresAt) - Number(given.assignedAt)) / 86_400_000;
		expect(days).toBeCloseTo(30, 3);
	});

	it('expire by the clock of the database, where that of this machine is two days behind', async () => {
		const pool = await dynamicPool(fixture, undefined, { expiresAfterDays: 1, keepInStock: 0 });
		const now = Date.now;
		const clock = jest.spyOn(Date, 'now').mockImplementation(() => now() - 2 * 86_400_000);
		try {
			const options = { onTheSpotSeconds: 1 };
			const [given] = await fixture.coupons.assignOnDemand(pool.id, customers(1), options);
			expect(given).toMatchObject({ code: expect.any(String) });
			if (given.code === null) return;
			const days = (Number(given.expiresAt) - Number(given.assignedAt)) / 86_400_000;
			expect(days).toBeCloseTo(1, 3);
		} finally {
			clock.mockRestore();
		}
		expect(await fixture.coupons.checkThreshold(pool.id)).toMatchObject({ total: 1 });
	});

	it('in eight calls at once are as many as are to be kept', async () => {
		const pool = await dynamicPool(fixture, undefined, { keepInStock: 100 });
		await Promise.all(Array.from({ length: 8 }, () => fixture.coupons.refillPool(pool.id)));
		expect(await fixture.coupons.checkThreshold(pool.id)).toMatchObject({ total: 100 });
	});
});
