import { fetchTransport, woocommerceProvider, type Provider } from '../../../lib';
import { onBothDatabases } from '../../support/databases';
import { codesHere, dynamicPool } from '../../support/dynamic-pools';
import { expectSumsToHold } from '../../support/sums';
import { WooCommerce } from '../../support/woocommerce';

let shop: WooCommerce;
beforeEach(async () => {
	shop = await WooCommerce.open();
});
afterEach(async () => await shop.close());

function providerWith(password = 'cs_secret'): Provider {
	const authorization = `Basic ${Buffer.from(`ck_key:${password}`).toString('base64')}`;
	const headers = async () => ({ authorization });
	return woocommerceProvider({
		shop: shop.url,
		transport: fetchTransport({ shop: shop.url, headers }),
	});
}

const within = () => ({ deadline: Date.now() + 5000 });

/** As WooCommerce writes it. */
const inDays = (days: number) =>
	new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 19);

describe('A template coupon', () => {
	it.each(['100', 'TEMPLATE10', 'https://shop.example/wp-admin/post.php?post=100&action=edit'])(
		'is found by %s',
		async (reference) => {
			expect(await providerWith().lookUpRule(reference, within())).toEqual({
				id: '100',
				title: 'template10',
				warnings: [],
			});
		},
	);

	it('that is not there, or has expired, is refused with what to do', async () => {
		shop.add({ code: 'OLD', date_expires_gmt: '2020-01-01T00:00:00' });
		await expect(providerWith().lookUpRule('NONE', within())).rejects.toMatchObject({
			code: 'shop_refused',
			hint: expect.stringContaining('Marketing → Coupons'),
		});
		await expect(providerWith().lookUpRule('OLD', within())).rejects.toMatchObject({
			message: expect.stringContaining('has expired'),
			hint: expect.stringContaining('expiry date'),
		});
		shop.add({ code: 'THROWN-AWAY', status: 'trash' });
		await expect(providerWith().lookUpRule('THROWN-AWAY', within())).rejects.toMatchObject({
			message: expect.stringContaining('in the trash'),
			hint: expect.stringContaining('Restore it'),
		});
	});

	it('that ends is taken with a warning of when', async () => {
		shop.add({ code: 'ENDS', usage_limit: 1, date_expires_gmt: '2090-06-30T21:59:59' });
		expect(await providerWith().lookUpRule('ENDS', within())).toMatchObject({
			warnings: [expect.stringContaining('ends ends at 2090-06-30 21:59 UTC')],
		});
	});

	it('that is not single-use is taken with a warning', async () => {
		shop.add({ code: 'MANY', usage_limit: null });
		expect(await providerWith().lookUpRule('MANY', within())).toMatchObject({
			warnings: [expect.stringContaining('again and again')],
		});
	});

	it('is refused to a key that may only read, before a customer waits for a code', async () => {
		shop.permission = 'read';
		await expect(providerWith().lookUpRule('100', within())).rejects.toMatchObject({
			code: 'shop_refused',
			message: expect.stringContaining('does not have write permissions'),
			hint: expect.stringContaining('Read/Write'),
		});
		expect(shop.coupons.size).toBe(1);
	});

	it('is not shown to whom WooCommerce denies it', async () => {
		await expect(providerWith('wrong').lookUpRule('100', within())).rejects.toMatchObject({
			code: 'shop_refused',
			hint: expect.stringContaining('Read/Write'),
		});
	});
});

onBothDatabases('Coupons of WooCommerce', (fixture) => {
	const there = () => [...shop.coupons.keys()].filter((code) => code.startsWith('w-')).sort();
	const form = { prefix: 'W-' };

	it('are copies of the template, a hundred a request, spelt as the shop spells them', async () => {
		const provider = providerWith();
		const pool = await dynamicPool(fixture, provider, { rule: '100', keepInStock: 150, form });
		expect(pool.exampleCodes[0]).toMatch(/^w-[a-z2-9]{8}$/);
		expect(await fixture.coupons.refillPool(pool.id, { provider })).toMatchObject({ added: 150 });
		expect(there()).toEqual((await codesHere(fixture, pool.id)).stock);
		expect(shop.coupons.get(there()[0])).toMatchObject({
			amount: '10.00',
			discount_type: 'percent',
			usage_limit: 1,
		});
		expect(shop.server.asked.filter(({ text }) => text.includes('"code":"w-'))).toHaveLength(2);
		await expectSumsToHold(fixture.database, pool.id);
	});

	it('keep the brands and the conditions of extensions that the template has, and nothing of its own life', async () => {
		const provider = providerWith();
		const metaFields = (values: Record<string, unknown>) =>
			Object.entries(values).map(([key, value], index) => ({ id: 500 + index, key, value }));
		const conditions = {
			product_brands: [7, 9],
			exclude_product_brands: [3],
			_wjecf_min_matching_product_qty: '2',
		};
		const itsOwn = {
			_edit_lock: '1790000000:1',
			_used_by: 'jane@example.com',
			_coupon_held_1790000000_4f1: 'jane@example.com',
			_maybe_used_by_1790000000_4f1: 'jane@example.com',
			_coupon_pools_refill: 'that of another pool',
		};
		const { id: rule } = shop.add({
			code: 'BRANDS',
			meta_data: metaFields({ ...conditions, ...itsOwn }),
		});
		const pool = await dynamicPool(fixture, provider, { rule: String(rule), form });
		await fixture.coupons.refillPool(pool.id, { provider, target: 1 });
		const copied = shop.coupons.get(there()[0])?.meta_data as ReturnType<typeof metaFields>;
		expect(Object.fromEntries(copied.map(({ key, value }) => [key, value]))).toEqual({
			...conditions,
			_coupon_pools_refill: expect.stringMatching(`^pool ${pool.id}, `),
		});
		expect(shop.server.asked.at(-1)?.text).not.toContain('"id"');
	});

	it('that exist already are replaced by others', async () => {
		const provider = providerWith();
		const pool = await dynamicPool(fixture, provider, {
			rule: '100',
			keepInStock: 60,
			form: { prefix: 'W-', length: 2, alphabet: '0123456789ABCDEF' },
		});
		for (let n = 0; n < 256; n += 4) shop.add({ code: `W-${n.toString(16).padStart(2, '0')}` });
		const before = there();
		const report = await fixture.coupons.refillPool(pool.id, { provider });
		expect(report).toMatchObject({ added: 60, refused: 0 });
		expect(report.taken).toBeGreaterThan(0);
		const { stock } = await codesHere(fixture, pool.id);
		expect(stock.filter((code) => before.includes(code))).toEqual([]);
	});

	it('that would be too close to their expiry to be given are not made over and over', async () => {
		const provider = providerWith();
		const { id: rule } = shop.add({ code: 'SOON', date_expires_gmt: inDays(3) });
		const settings = { rule: String(rule), expirationCutoffDays: 7, keepInStock: 20, form };
		const pool = await dynamicPool(fixture, provider, settings);
		await expect(fixture.coupons.refillPool(pool.id, { provider })).rejects.toMatchObject({
			code: 'shop_refused',
			message: expect.stringMatching(
				/^WooCommerce makes codes that expire on .*, too soon to be given$/,
			),
			hint: expect.stringContaining('Expiration Cutoff'),
		});
		expect(there()).toHaveLength(20);
		const requests = [{ recipient: 'jane' }];
		for (let run = 0; run < 3; run++) {
			const [given] = await fixture.coupons.assignOnDemand(pool.id, requests, { provider });
			expect(given).toMatchObject({ code: null, reason: 'inside_cutoff' });
			expect(await fixture.coupons.needsRefill(pool.id)).toBe(false);
			// Of another process, that had looked before.
			await fixture.coupons.refillPool(pool.id, { provider, byItself: true });
		}
		expect(there()).toHaveLength(20);

		// Who has mended it asks for a refill, from which on all goes on.
		Object.assign(shop.coupons.get('soon') ?? {}, { date_expires_gmt: null });
		await fixture.coupons.refillPool(pool.id, { provider, target: 5 });
		expect(await fixture.coupons.needsRefill(pool.id)).toBe(true);
		expect(await fixture.coupons.refillPool(pool.id, { provider, byItself: true })).toMatchObject({
			added: 15,
			available: 20,
		});
	});

	it('that expire too soon to be given keep recipients waiting once', async () => {
		const provider = providerWith();
		const soon = new Date(Date.now() + 3 * 86_400_000).toISOString().slice(0, 19);
		const { id: rule } = shop.add({ code: 'SOON', date_expires_gmt: soon });
		const settings = { rule: String(rule), expirationCutoffDays: 7, keepInStock: 0, form };
		const pool = await dynamicPool(fixture, provider, settings);
		const failures: unknown[] = [];
		for (const recipient of ['jane', 'john']) {
			const [given] = await fixture.coupons.assignOnDemand(pool.id, [{ recipient }], {
				provider,
				onShopFailure: (failure) => failures.push(failure),
			});
			expect(given).toMatchObject({ code: null, reason: 'inside_cutoff' });
		}
		expect(failures).toMatchObject([{ code: 'shop_refused' }]);
		expect(there()).toHaveLength(1);
		const [row] = await fixture.database.query<{ hours: number }>(
			`select extract(epoch from paused_until - now())::float8 / 3600 as hours
			from :schema.dynamic_pools where pool_id = $1`,
			[pool.id],
		);
		expect(row.hours).toBeGreaterThan(5);
	});

	it('that another process has left for so long that they expire too soon are no reason to stop', async () => {
		const provider = providerWith();
		const settings = { rule: '100', expiresAfterDays: 14, expirationCutoffDays: 7, form };
		const pool = await dynamicPool(fixture, provider, settings);
		shop.server.loseAnswersTo('"create"');
		await fixture.coupons.refillPool(pool.id, { provider, target: 3 }).catch(() => undefined);
		const left = new Date(Date.now() + 86_400_000).toISOString().slice(0, 19);
		for (const code of there()) {
			Object.assign(shop.coupons.get(code) ?? {}, { date_expires_gmt: left });
		}
		expect(await fixture.coupons.refillPool(pool.id, { provider, target: 3 })).toMatchObject({
			added: 6,
			available: 3,
		});
	});

	it('expire so many days after they were assigned', async () => {
		const provider = providerWith();
		const settings = { rule: '100', expiresAfterDays: 14, form };
		const pool = await dynamicPool(fixture, provider, settings);
		const requests = [{ recipient: 'jane@example.com' }];
		const [given] = await fixture.coupons.assignOnDemand(pool.id, requests, { provider });
		if (given.code === null) throw new Error(given.message);
		const days = (Number(given.expiresAt) - Number(given.assignedAt)) / 86_400_000;
		expect(days).toBeCloseTo(14, 2);
		expect(shop.coupons.get(given.code)?.date_expires_gmt).toBe(
			given.expiresAt?.toISOString().slice(0, 19),
		);
	});

	it('expire with their template, where that ends before their days are over', async () => {
		const provider = providerWith();
		const end = inDays(3);
		const { id: rule } = shop.add({ code: 'ENDS', date_expires_gmt: end });
		for (const expiresAfterDays of [null, 2, 14]) {
			const settings = { rule: String(rule), expiresAfterDays, form };
			const pool = await dynamicPool(fixture, provider, settings);
			await fixture.coupons.refillPool(pool.id, { provider, target: 1 });
			const [code] = (await codesHere(fixture, pool.id)).stock;
			const expected = expiresAfterDays === 2 ? inDays(2) : end;
			const kept = shop.coupons.get(code)?.date_expires_gmt as string;
			expect(Math.abs(Date.parse(`${kept}Z`) - Date.parse(`${expected}Z`))).toBeLessThan(10_000);
			const [given] = await fixture.coupons.assign(pool.id, [{ recipient: 'jane' }]);
			expect(given.code === null ? null : given.expiresAt).toEqual(new Date(`${kept}Z`));
		}
	});

	it('are not made of a template that has expired meanwhile', async () => {
		const provider = providerWith();
		const template = shop.add({ code: 'ENDED' });
		const pool = await dynamicPool(fixture, provider, { rule: String(template.id), form });
		template.date_expires_gmt = inDays(-1);
		await expect(fixture.coupons.refillPool(pool.id, { provider })).rejects.toMatchObject({
			code: 'shop_refused',
			message: expect.stringContaining('has expired'),
		});
		expect(there()).toEqual([]);
		expect(await codesHere(fixture, pool.id)).toEqual({ stock: [], pending: [] });
	});

	it.each([
		['drops', () => null, 'without end', 14],
		['moves', () => new Date(`${inDays(5)}Z`), `until ${inDays(5).slice(0, 10)}`, 5],
	])(
		'whose expiry an extension %s are told to expire at the earlier date, and that is said',
		async (_, movesExpiry, until, days) => {
			const provider = providerWith();
			const settings = { rule: '100', expiresAfterDays: 14, form };
			const pool = await dynamicPool(fixture, provider, settings);
			expect(await fixture.coupons.refillPool(pool.id, { provider, target: 1 })).toMatchObject({
				notices: [],
			});
			shop.movesExpiry = movesExpiry;
			const report = await fixture.coupons.refillPool(pool.id, { provider, target: 3 });
			expect(report.notices).toEqual([expect.stringContaining(`accepts these codes ${until}`)]);
			const [given] = await fixture.coupons.assignOnDemand(pool.id, [{ recipient: 'jane' }], {
				provider,
			});
			if (given.code === null) throw new Error(given.message);
			expect((Number(given.expiresAt) - Date.now()) / 86_400_000).toBeCloseTo(days, 2);
		},
	);

	it('are found again when the answer was lost, and those of others are not taken for them', async () => {
		const provider = providerWith();
		const pool = await dynamicPool(fixture, provider, { rule: '100', keepInStock: 20, form });
		shop.server.loseAnswersTo('"create"');
		await expect(fixture.coupons.refillPool(pool.id, { provider })).rejects.toMatchObject({
			code: 'shop_unreachable',
		});
		const foreign = there()[0];
		shop.add({ code: foreign, meta_data: [] });
		expect(await fixture.coupons.refillPool(pool.id, { provider })).toMatchObject({
			available: 20,
			pending: 0,
		});
		const { stock } = await codesHere(fixture, pool.id);
		expect(stock).toEqual(there().filter((code) => code !== foreign));
	});

	it('that an extension of WooCommerce makes into others are not given, and named', async () => {
		const provider = providerWith();
		shop.respells = (code) => `x-${code}`;
		const pool = await dynamicPool(fixture, provider, { rule: '100', keepInStock: 3, form });
		await expect(fixture.coupons.refillPool(pool.id, { provider })).rejects.toMatchObject({
			code: 'shop_refused',
			message: expect.stringMatching(/w-[a-z2-9]{8} was made into x-w-[a-z2-9]{8} by WooCommerce/),
		});
		expect(await codesHere(fixture, pool.id)).toEqual({ stock: [], pending: [] });
	});

	it('are not taken for made where a page answers in the place of the shop', async () => {
		const provider = providerWith();
		const pool = await dynamicPool(fixture, provider, { rule: '100', keepInStock: 3, form });
		for (const body of ['<html>Maintenance</html>', { create: [{}, {}, {}] }, { create: [] }]) {
			shop.server.instead = () => ({ status: 200, body });
			await expect(fixture.coupons.refillPool(pool.id, { provider })).rejects.toMatchObject({
				code: 'shop_unreachable',
				message: expect.stringContaining('not of its interface'),
			});
		}
		const { stock, pending } = await codesHere(fixture, pool.id);
		expect([stock.length, pending.length]).toEqual([0, 3]);
		shop.server.instead = undefined;
		await fixture.coupons.refillPool(pool.id, { provider });
		expect(there()).toEqual(pending);
	});

	it('are not taken for made where their expiry is no date', async () => {
		const provider = providerWith();
		const pool = await dynamicPool(fixture, provider, { rule: '100', keepInStock: 3, form });
		shop.server.loseAnswersTo('"create"');
		await fixture.coupons.refillPool(pool.id, { provider }).catch(() => undefined);
		for (const code of there()) {
			Object.assign(shop.coupons.get(code) ?? {}, { date_expires_gmt: 'soon' });
		}
		await expect(fixture.coupons.refillPool(pool.id, { provider })).rejects.toMatchObject({
			code: 'shop_unreachable',
			message: expect.stringContaining('not of its interface'),
		});
	});

	it.each([
		['nothing of a coupon', { success: false }],
		['a list of nothing', [{}]],
		['a date that is none', { id: 100, code: 'template', date_expires_gmt: 'soon' }],
	])('are of no template where the shop answers with %s', async (_, body) => {
		shop.server.instead = () => ({ status: 200, body });
		await expect(
			providerWith().lookUpRule('100', { deadline: Date.now() + 5_000 }),
		).rejects.toMatchObject({
			code: 'shop_unreachable',
			message: expect.stringContaining('not of its interface'),
		});
	});

	it('that were used are found', async () => {
		const provider = providerWith();
		const pool = await dynamicPool(fixture, provider, { rule: '100', form });
		const requests = ['jane', 'john'].map((recipient) => ({ recipient }));
		const given = await fixture.coupons.assignOnDemand(pool.id, requests, { provider });
		const used = shop.coupons.get(String(given[1].code));
		if (used) used.usage_count = 1;
		expect(await fixture.coupons.reconcilePool(pool.id, provider)).toMatchObject({
			redeemedCodes: [given[1].code],
		});
	});
});
