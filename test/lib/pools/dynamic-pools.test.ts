import type { Provider } from '../../../lib';
import { onBothDatabases } from '../../support/databases';
import { dynamicPool, shopifyOf } from '../../support/dynamic-pools';
import { Shopify } from '../../support/shopify';

onBothDatabases('A dynamic pool', (fixture) => {
	let shop: Shopify;
	let provider: Provider;
	beforeEach(async () => {
		shop = await Shopify.open();
		provider = shopifyOf(shop);
	});
	afterEach(async () => await shop.close());

	it('remembers how its codes are made', async () => {
		const pool = await dynamicPool(fixture, provider, {
			form: { prefix: 'VIP-', length: 9, dashEvery: 3 },
			keepInStock: 500,
		});
		expect(await fixture.coupons.getDynamic(pool.id)).toEqual({
			provider: 'shopify',
			shop: shop.url,
			ruleId: 'gid://shopify/DiscountCodeNode/1001',
			form: { ...pool.dynamic.form, prefix: 'VIP-', length: 9, dashEvery: 3 },
			expiresAfterDays: null,
			keepInStock: 500,
			refillAt: 250,
		});
	});

	it.each([
		[{ form: { length: 3 }, keepInStock: 10_000 }, /too few for 10,000/, /at least 4/],
		[{ form: { alphabet: 'abcABC' } }, /both large and small/, /capital letters/],
		[{ form: { prefix: 'Ä' } }, /cannot type everywhere/, /A to Z/],
		[{ keepInStock: -1 }, /-1 codes to keep/, /^$/],
		[{ expiresAfterDays: 30 }, /no expiry for each code/, /end date/],
	])('%j is refused, with what to change', async (settings, message, hint) => {
		await expect(dynamicPool(fixture, provider, settings)).rejects.toMatchObject({
			code: 'invalid_input',
			message: expect.stringMatching(message),
			hint: expect.stringMatching(hint),
		});
		expect((await fixture.coupons.listPools()).pools).toEqual([]);
	});

	it('whose codes would expire inside the cutoff is refused', async () => {
		const settings = { expiresAfterDays: 3, expirationCutoffDays: 3 };
		await expect(dynamicPool(fixture, undefined, settings)).rejects.toMatchObject({
			message: expect.stringContaining('would never be given'),
		});
		const { id } = await dynamicPool(fixture, undefined, { expiresAfterDays: 3 });
		const refused = { message: expect.stringContaining('would never be given') };
		await expect(fixture.coupons.updatePool(id, { expirationCutoffDays: 3 })).rejects.toMatchObject(
			refused,
		);
		expect(await fixture.coupons.updatePool(id, { expirationCutoffDays: 2 })).toMatchObject({
			expirationCutoffDays: 2,
		});
	});

	it('is not made when its rule is wrong', async () => {
		await expect(dynamicPool(fixture, provider, { rule: '9' })).rejects.toMatchObject({
			code: 'shop_refused',
		});
		expect((await fixture.coupons.listPools()).pools).toEqual([]);
	});

	it('can be changed, but not be moved to another shop', async () => {
		const made = { name: 'Same', rule: '1001' };
		const { id } = await fixture.coupons.createDynamicPool(made, provider);
		const changed = { ...made, keepInStock: 7, form: { prefix: 'NEW-' } };
		const update = { ifExists: 'update' as const };
		expect(await fixture.coupons.createDynamicPool(changed, provider, update)).toMatchObject({
			id,
			created: false,
			dynamic: { keepInStock: 7, form: { prefix: 'NEW-' } },
		});
		await expect(
			fixture.coupons.createDynamicPool(changed, undefined, update),
		).rejects.toMatchObject({
			code: 'invalid_input',
			hint: expect.stringContaining('another shop'),
		});
	});

	it('can be made for another rule as long as it has no codes', async () => {
		shop.store.addDiscount('1002');
		const { name, id } = await dynamicPool(fixture, provider, { keepInStock: 3 });
		const update = { ifExists: 'update' as const };
		const settings = { name, rule: '1002', form: { prefix: 'D-' }, keepInStock: 3 };
		expect(await fixture.coupons.createDynamicPool(settings, provider, update)).toMatchObject({
			id,
			dynamic: { ruleId: 'gid://shopify/DiscountCodeNode/1002' },
		});
		await fixture.coupons.refillPool(id, { provider });
		expect(shop.store.codesOf('1002')).toHaveLength(3);
	});

	it.each(['in its stock', 'on their way'])('keeps its rule with codes %s', async (where) => {
		shop.store.addDiscount('1002');
		const { name, id } = await dynamicPool(fixture, provider, { keepInStock: 3 });
		if (where === 'on their way') shop.server.loseAnswersTo('AddCodes');
		await fixture.coupons.refillPool(id, { provider }).catch(() => undefined);
		const update = { ifExists: 'update' as const };
		const settings = { name, rule: '1002', form: { prefix: 'E-' }, keepInStock: 4 };
		await expect(
			fixture.coupons.createDynamicPool(settings, provider, update),
		).rejects.toMatchObject({
			code: 'invalid_input',
			message: expect.stringContaining('codes were made for it'),
			hint: expect.stringMatching(/another pool.*archive/),
		});
		expect(await fixture.coupons.getDynamic(id)).toMatchObject({
			ruleId: 'gid://shopify/DiscountCodeNode/1001',
			form: { prefix: 'D-' },
		});
		const same = { ...settings, rule: '1001' };
		expect(await fixture.coupons.createDynamicPool(same, provider, update)).toMatchObject({
			dynamic: { form: { prefix: 'E-' }, keepInStock: 4 },
		});
	});

	it('has its codes made for the rule that it was given while a refill waited for the shop', async () => {
		await shop.close();
		shop = await Shopify.open({ jobMilliseconds: 1000 });
		provider = shopifyOf(shop);
		shop.store.addDiscount('1002');
		const busy = await dynamicPool(fixture, provider, { keepInStock: 1 });
		const { name, id } = await dynamicPool(fixture, provider, { keepInStock: 3 });
		const refill = fixture.coupons.refillPool(busy.id, { provider });
		await shop.asked('AddCodes', 1);
		const waiting = fixture.coupons.refillPool(id, { provider });
		await new Promise((resolve) => setTimeout(resolve, 100));
		const settings = { name, rule: '1002', form: { prefix: 'D-' }, keepInStock: 3 };
		await fixture.coupons.createDynamicPool(settings, provider, { ifExists: 'update' });
		await Promise.all([refill, waiting]);
		expect(shop.store.codesOf('1002')).toHaveLength(3);
	});

	it('takes no upload, for the shop would not know the codes', async () => {
		const pool = await dynamicPool(fixture, provider);
		await expect(fixture.coupons.uploadCodes(pool.id, 'A1')).rejects.toMatchObject({
			code: 'wrong_pool_type',
			message: expect.stringContaining('made, not uploaded'),
		});
	});

	it('lets its codes be looked up, released and removed as those of a unique pool', async () => {
		const pool = await dynamicPool(fixture, provider, { keepInStock: 3 });
		await fixture.coupons.refillPool(pool.id, { provider });
		const [given] = await fixture.coupons.assign(pool.id, [{ recipient: 'jane' }]);
		await fixture.coupons.releaseCode(pool.id, String(given.code));
		expect(await fixture.coupons.removeCodes(pool.id, [String(given.code)])).toMatchObject([
			{ removed: true },
		]);
		expect(await fixture.coupons.getCode(pool.id, String(given.code))).toMatchObject({
			state: 'removed',
		});
	});

	it('is not deleted while codes are on their way, and is when it is empty', async () => {
		const pool = await dynamicPool(fixture, provider, { keepInStock: 3 });
		shop.server.loseAnswersTo('AddCodes');
		await fixture.coupons.refillPool(pool.id, { provider }).catch(() => undefined);
		await expect(fixture.coupons.deletePool(pool.id)).rejects.toMatchObject({
			code: 'pool_not_empty',
			message: expect.stringContaining('on their way'),
		});
		const empty = await dynamicPool(fixture, provider);
		await fixture.coupons.deletePool(empty.id);
		expect(await fixture.coupons.getDynamic(empty.id)).toBeNull();
	});

	it('that is deleted while a refill of it waits for the shop is not found', async () => {
		await shop.close();
		shop = await Shopify.open({ jobMilliseconds: 500 });
		provider = shopifyOf(shop);
		const busy = await dynamicPool(fixture, provider, { keepInStock: 1 });
		const pool = await dynamicPool(fixture, provider, { keepInStock: 1 });
		const refill = fixture.coupons.refillPool(busy.id, { provider });
		await shop.asked('AddCodes', 1);
		const waiting = fixture.coupons.refillPool(pool.id, { provider });
		waiting.catch(() => undefined);
		await new Promise((resolve) => setTimeout(resolve, 100));
		await fixture.coupons.deletePool(pool.id);
		await expect(waiting).rejects.toMatchObject({ code: 'pool_not_found' });
		await refill;
	});

	it('needs to know how its codes are made, and no other pool does', async () => {
		await expect(fixture.coupons.createPool({ name: 'A', type: 'dynamic' })).rejects.toMatchObject({
			code: 'invalid_input',
		});
		const dynamic = { provider: 'local' as const, form: {} };
		await expect(fixture.coupons.createPool({ name: 'A', dynamic })).rejects.toMatchObject({
			code: 'invalid_input',
		});
	});
});
