import type { Provider } from '../../../lib';
import { onBothDatabases } from '../../support/databases';
import { codesHere, dynamicPool, shopifyOf } from '../../support/dynamic-pools';
import { Shopify, type ShopifySettings } from '../../support/shopify';
import { expectSumsToHold } from '../../support/sums';

onBothDatabases('A refill from Shopify', (fixture) => {
	let shop: Shopify;
	let provider: Provider;
	afterEach(async () => await shop.close());

	async function openShop(settings: ShopifySettings = {}): Promise<void> {
		shop = await Shopify.open(settings);
		provider = shopifyOf(shop);
	}

	async function expectShopToAgree(poolId: string): Promise<void> {
		const { stock, pending } = await codesHere(fixture, poolId);
		expect(pending).toEqual([]);
		expect(shop.store.codesOf('1001').sort()).toEqual(stock);
		await expectSumsToHold(fixture.database, poolId);
	}

	it('brings the stock to what is to be kept, all of it confirmed by the shop', async () => {
		await openShop();
		const pool = await dynamicPool(fixture, provider, { keepInStock: 600 });
		expect(await fixture.coupons.refillPool(pool.id, { provider })).toEqual({
			added: 600,
			taken: 0,
			refused: 0,
			refusedCodes: [],
			notices: [],
			available: 600,
			pending: 0,
		});
		expect(shop.countOf('AddCodes')).toBe(3);
		await expectShopToAgree(pool.id);
		expect(await fixture.coupons.refillPool(pool.id, { provider })).toMatchObject({ added: 0 });
	});

	it('gives codes of the form that was previewed, in a batch with what became of them', async () => {
		let asked = 0;
		await openShop({ collides: () => ++asked <= 7 });
		const pool = await dynamicPool(fixture, provider, {
			form: { prefix: 'VIP-', length: 8, dashEvery: 4 },
			keepInStock: 100,
		});
		const form = /^VIP-[A-Z2-9]{4}-[A-Z2-9]{4}$/;
		for (const code of pool.exampleCodes) expect(code).toMatch(form);
		await fixture.coupons.refillPool(pool.id, { provider });
		const { stock } = await codesHere(fixture, pool.id);
		for (const code of stock) expect(code).toMatch(form);
		const { batches } = await fixture.coupons.listBatches(pool.id);
		expect(batches.reduce((sum, { alreadyInPool }) => sum + alreadyInPool, 0)).toBe(7);
		expect(batches.at(-1)).toMatchObject({ fileName: 'Shopify', received: 100 });
	});

	it('makes others in place of those that somebody else has', async () => {
		await openShop({ collides: (code) => /[A-H]$/.test(code) });
		const pool = await dynamicPool(fixture, provider, { keepInStock: 200 });
		const report = await fixture.coupons.refillPool(pool.id, { provider });
		expect(report).toMatchObject({ added: 200, available: 200 });
		expect(report.taken).toBeGreaterThan(0);
		await expectShopToAgree(pool.id);
	});

	it('goes on, one code at a time, where somebody else has one after the other', async () => {
		let asked = 0;
		await openShop({ collides: () => ++asked <= 20 });
		const pool = await dynamicPool(fixture, provider, { keepInStock: 1 });
		expect(await fixture.coupons.refillPool(pool.id, { provider })).toMatchObject({
			added: 1,
			taken: 20,
		});
	});

	it.each([1, 50])('of %d code(s) ends where somebody else seems to have all', async (count) => {
		await openShop({ collides: () => true });
		const pool = await dynamicPool(fixture, provider, { keepInStock: count });
		await expect(fixture.coupons.refillPool(pool.id, { provider })).rejects.toMatchObject({
			code: 'shop_refused',
			message: expect.stringMatching(/^Shopify makes none of the codes: D-/),
			hint: expect.stringMatching(/longer.*'If the Pool Exists' → 'Update It'/),
		});
		expect(shop.countOf('AddCodes')).toBe(count === 1 ? 30 : 1);
	});

	it('says what the shop refuses, with its reason', async () => {
		await openShop();
		const refusing: Provider = {
			...provider,
			push: async (codes) => ({
				outcomes: codes.map((code) => ({ code, state: 'refused', reason: 'is too rude' })),
			}),
		};
		const pool = await dynamicPool(fixture, provider);
		await expect(fixture.coupons.refillPool(pool.id, { provider: refusing })).rejects.toMatchObject(
			{ code: 'shop_refused', message: expect.stringContaining('too rude') },
		);
		expect(await codesHere(fixture, pool.id)).toEqual({ stock: [], pending: [] });
	});

	it('finds its codes again when the answer to the push was lost', async () => {
		await openShop();
		const pool = await dynamicPool(fixture, provider, { keepInStock: 50 });
		shop.server.loseAnswersTo('AddCodes');
		await expect(fixture.coupons.refillPool(pool.id, { provider })).rejects.toMatchObject({
			code: 'shop_unreachable',
		});
		const { stock, pending } = await codesHere(fixture, pool.id);
		expect(stock).toEqual([]);
		expect(pending).toHaveLength(50);
		await new Promise((resolve) => setTimeout(resolve, 50));
		expect(await fixture.coupons.refillPool(pool.id, { provider })).toMatchObject({
			added: 50,
			pending: 0,
		});
		expect((await codesHere(fixture, pool.id)).stock).toEqual(pending);
		expect(shop.countOf('AddCodes')).toBe(1);
		await expectShopToAgree(pool.id);
	});

	it('takes no code for somebody else’s while its own lost push is still under way', async () => {
		await openShop({ jobMilliseconds: 200 });
		const pool = await dynamicPool(fixture, provider, { keepInStock: 50 });
		shop.server.loseAnswersTo('AddCodes');
		await fixture.coupons.refillPool(pool.id, { provider }).catch(() => undefined);
		const { pending } = await codesHere(fixture, pool.id);
		// Asked now, the shop does not know them yet; pushed again, it finds them taken.
		expect(await fixture.coupons.refillPool(pool.id, { provider })).toMatchObject({
			added: 50,
			taken: 0,
		});
		expect((await codesHere(fixture, pool.id)).stock).toEqual(pending);
		await expectShopToAgree(pool.id);
	});

	it('of which a code collides while its push was lost, leaves that code to its owner', async () => {
		await openShop({ jobMilliseconds: 100, collides: (code) => /[A-H]$/.test(code) });
		const pool = await dynamicPool(fixture, provider, { keepInStock: 50 });
		shop.server.loseAnswersTo('AddCodes');
		await fixture.coupons.refillPool(pool.id, { provider }).catch(() => undefined);
		await fixture.coupons.refillPool(pool.id, { provider });
		expect(shop.store.codesOf('1001', 'others').length).toBeGreaterThan(0);
		await expectShopToAgree(pool.id);
	});

	it.each(['IsDone', 'Results'])(
		'goes on with the shop’s job when the answer to %s was lost',
		async (operation) => {
			await openShop();
			const pool = await dynamicPool(fixture, provider, { keepInStock: 50 });
			shop.server.loseAnswersTo(operation);
			await expect(fixture.coupons.refillPool(pool.id, { provider })).rejects.toMatchObject({
				code: 'shop_unreachable',
			});
			await fixture.coupons.refillPool(pool.id, { provider });
			expect(shop.countOf('AddCodes')).toBe(1);
			await expectShopToAgree(pool.id);
		},
	);

	it('asks for its codes where the shop has forgotten its job', async () => {
		await openShop();
		const pool = await dynamicPool(fixture, provider, { keepInStock: 50 });
		shop.server.loseAnswersTo('IsDone');
		await fixture.coupons.refillPool(pool.id, { provider }).catch(() => undefined);
		await new Promise((resolve) => setTimeout(resolve, 50));
		shop.store.forgetJobs();
		expect(await fixture.coupons.refillPool(pool.id, { provider })).toMatchObject({ added: 50 });
		expect(shop.countOf('AddCodes')).toBe(1);
		await expectShopToAgree(pool.id);
	});

	it('ends in time when the shop hangs, and is whole when it is back', async () => {
		await openShop();
		const pool = await dynamicPool(fixture, provider, { keepInStock: 50 });
		shop.server.state = 'hanging';
		const begun = Date.now();
		await expect(
			fixture.coupons.refillPool(pool.id, { provider, timeoutSeconds: 0.5 }),
		).rejects.toMatchObject({ code: 'shop_unreachable' });
		expect(Date.now() - begun).toBeLessThan(5000);
		shop.server.state = 'up';
		expect(await fixture.coupons.refillPool(pool.id, { provider })).toMatchObject({ added: 50 });
		await expectShopToAgree(pool.id);
	});

	it.each(['<html>Sign in</html>', '{}', '{"data":{}}', '{"data":{"other":1}}'])(
		'loses no code where something else answers with %s',
		async (body) => {
			await openShop();
			const pool = await dynamicPool(fixture, provider, { keepInStock: 5 });
			await expect(fixture.coupons.refillPool(pool.id, { provider })).resolves.toMatchObject({
				added: 5,
			});
			shop.server.loseAnswersTo('AddCodes');
			const target = { provider, target: 10 };
			await fixture.coupons.refillPool(pool.id, target).catch(() => undefined);
			// Asked now, it does not say that it has the codes; nor that it has not.
			shop.server.instead = () => ({ status: 200, body });
			await expect(fixture.coupons.refillPool(pool.id, target)).rejects.toMatchObject({
				code: 'shop_unreachable',
				message: expect.stringContaining('not of its interface'),
			});
			expect((await codesHere(fixture, pool.id)).pending).toHaveLength(5);
			shop.server.instead = undefined;
			await new Promise((resolve) => setTimeout(resolve, 50));
			expect(await fixture.coupons.refillPool(pool.id, target)).toMatchObject({ added: 5 });
			await expectShopToAgree(pool.id);
		},
	);

	it('leaves nothing behind when the shop refuses the push', async () => {
		await openShop();
		const pool = await dynamicPool(fixture, provider);
		shop.store.discounts.clear();
		await expect(fixture.coupons.refillPool(pool.id, { provider })).rejects.toMatchObject({
			code: 'shop_refused',
		});
		expect(await codesHere(fixture, pool.id)).toEqual({ stock: [], pending: [] });
	});

	it('in eight calls at once makes each code once, one job at a time', async () => {
		await openShop({ jobMilliseconds: 150 });
		const pool = await dynamicPool(fixture, provider, { keepInStock: 600 });
		const reports = await Promise.all(
			Array.from(
				{ length: 8 },
				async () => await fixture.coupons.refillPool(pool.id, { provider }),
			),
		);
		expect(reports.reduce((sum, { added }) => sum + added, 0)).toBe(600);
		expect(shop.countOf('AddCodes')).toBe(3);
		expect(shop.store.mostJobsAtOnce).toBe(1);
		await expectShopToAgree(pool.id);
	});

	it('leaves turns to those who wait for codes of another pool of the shop', async () => {
		await openShop({ jobMilliseconds: 300 });
		const large = await dynamicPool(fixture, provider, { keepInStock: 6000 });
		const other = await dynamicPool(fixture, provider, { keepInStock: 0 });
		const stop = new AbortController();
		const { signal } = stop;
		const refill = fixture.coupons
			.refillPool(large.id, { provider, signal })
			.catch(() => undefined);
		await shop.asked('AddCodes', 2);
		for (const recipient of ['jane', 'john', 'joan']) {
			const [given] = await fixture.coupons.assignOnDemand(other.id, [{ recipient }], {
				provider,
				onTheSpotSeconds: 5,
			});
			expect(given).toMatchObject({ source: 'pool' });
		}
		expect(shop.store.mostJobsAtOnce).toBe(1);
		stop.abort();
		await refill;
	});

	it('of another pool keeps nobody waiting for whom there is a code again', async () => {
		await openShop({ jobMilliseconds: 3000 });
		const busy = await dynamicPool(fixture, provider, { keepInStock: 5 });
		const pool = await dynamicPool(fixture, provider, { keepInStock: 0 });
		await fixture.coupons.refillPool(pool.id, { provider, target: 1 });
		const [first] = await fixture.coupons.assign(pool.id, [{ recipient: 'john' }]);
		const refill = fixture.coupons.refillPool(busy.id, { provider });
		await shop.asked('AddCodes', 2);
		const begun = Date.now();
		const waiting = fixture.coupons.assignOnDemand(pool.id, [{ recipient: 'jane' }], { provider });
		await new Promise((resolve) => setTimeout(resolve, 100));
		await fixture.coupons.releaseCode(pool.id, String(first.code));
		expect(await waiting).toMatchObject([{ code: first.code }]);
		expect(Date.now() - begun).toBeLessThan(2500);
		await refill;
	});

	it('is made in the pool’s own shop alone', async () => {
		await openShop();
		const pool = await dynamicPool(fixture, provider);
		const other = shopifyOf({ url: 'http://127.0.0.1:1' });
		await expect(fixture.coupons.refillPool(pool.id, { provider: other })).rejects.toMatchObject({
			code: 'invalid_input',
			message: expect.stringContaining('http://127.0.0.1:1'),
		});
		await expect(fixture.coupons.refillPool(pool.id)).rejects.toMatchObject({
			code: 'invalid_input',
			hint: expect.stringContaining('credential'),
		});
	});

	it('is not for a pool whose codes are uploaded', async () => {
		await openShop();
		const pool = await fixture.coupons.createPool({ name: 'Unique' });
		await expect(fixture.coupons.refillPool(pool.id, { provider })).rejects.toMatchObject({
			code: 'wrong_pool_type',
		});
	});
});
