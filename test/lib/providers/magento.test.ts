import { CouponPoolsError, fetchTransport, magentoProvider, type Provider } from '../../../lib';
import { onBothDatabases } from '../../support/databases';
import { codesHere, dynamicPool } from '../../support/dynamic-pools';
import { couponOfRealSchema, couponOfStandIn, Magento } from '../../support/magento';
import { expectSumsToHold } from '../../support/sums';

let shop: Magento;
beforeEach(async () => {
	shop = await Magento.open();
});
afterEach(async () => await shop.close());

function providerWith(token = 'token'): Provider {
	const headers = async () => ({ authorization: `Bearer ${token}` });
	return magentoProvider({
		shop: shop.url,
		transport: fetchTransport({ shop: shop.url, headers }),
	});
}

const within = () => ({ deadline: Date.now() + 5000 });

/** In the timezone of the stand-in. */
function dayInBerlin(days: number): string {
	const format = new Intl.DateTimeFormat('sv', { timeZone: 'Europe/Berlin' });
	return format.format(Date.now() + days * 86_400_000);
}

describe('A cart price rule', () => {
	it.each(['7', 'https://shop.example.com/admin/sales_rule/promo_quote/edit/id/7/key/abc/'])(
		'is found by %s',
		async (reference) => {
			expect(await providerWith().lookUpRule(reference, within())).toEqual({
				id: '7',
				title: '10% off',
				warnings: [],
			});
		},
	);

	it.each([
		['is unknown', '9', {}, /No such entity with rule_id = 9/, /Cart Price Rules/],
		['is not active', '8', { is_active: false }, /not active/, /Active/],
		[
			'has one fixed code',
			'8',
			{ use_auto_generation: false },
			/takes no generated codes/,
			/Use Auto Generation/,
		],
		['has expired', '8', { to_date: '2020-01-01' }, /has expired/, /Move To/],
		['was over yesterday', '8', { to_date: dayInBerlin(-1) }, /has expired/, /Move To/],
	])('that %s is refused, with what to change', async (_, id, more, message, hint) => {
		shop.addRule('8', more);
		await expect(providerWith().lookUpRule(id, within())).rejects.toMatchObject({
			code: 'shop_refused',
			message: expect.stringMatching(message),
			hint: expect.stringMatching(hint),
		});
	});

	it.each([
		[{ uses_per_coupon: 0 }, /again and again/],
		[{ from_date: '2090-01-01' }, /has not begun/],
		[{ to_date: '2090-06-30' }, /ends at 2090-06-30 21:59 UTC: its codes expire then/],
	])('that is %j is taken with a warning', async (more, warning) => {
		shop.addRule('8', more);
		expect(await providerWith().lookUpRule('8', within())).toMatchObject({
			warnings: [expect.stringMatching(warning)],
		});
	});

	it('is taken with a warning where codes are to expire before it, which Magento does not check', async () => {
		const look = async (expiresAfterDays: number | null) =>
			await providerWith().lookUpRule('7', within(), { expiresAfterDays });
		expect((await look(null)).warnings).toEqual([]);
		expect((await look(30)).warnings).toEqual([
			expect.stringMatching(/until the rule ends.* unless an extension checks each coupon’s date/),
		]);
	});

	it.each([
		['its own', { 1: 'America/New_York' }, '2090-07-01T03:59'],
		[
			'the first of its websites',
			{ 1: 'Europe/Berlin', 2: 'Australia/Sydney' },
			'2090-06-30T13:59',
		],
		['not that of others', { 1: 'Europe/Berlin', 3: 'Australia/Sydney' }, '2090-06-30T21:59'],
		['the first on earth, if Magento does not tell', 'denied' as const, '2090-06-30T09:59'],
		['the first on earth, if no zone has the name', { 1: 'Nowhere' }, '2090-06-30T09:59'],
	])('ends with its last day in a timezone: %s', async (_, timezones, end) => {
		shop.timezones = timezones;
		shop.addRule('8', { to_date: '2090-06-30', website_ids: [1, 2] });
		const order = { ruleId: '8', reference: 'test', expiresAt: null };
		const pushed = await providerWith().push(['CODE-1'], order, within());
		expect('outcomes' in pushed ? pushed.outcomes : []).toMatchObject([
			{ state: 'made', expiresAt: new Date(`${end}:59.999Z`) },
		]);
		expect(await providerWith().ask(['CODE-1'], order, within())).toMatchObject([
			{ state: 'made', expiresAt: new Date(`${end}:59.999Z`) },
		]);
	});

	it('is not shown to whom Magento denies it, and the token is kept', async () => {
		const failure = await providerWith('hunter2')
			.lookUpRule('7', within())
			.catch((error: CouponPoolsError) => error);
		expect(failure).toMatchObject({
			code: 'shop_refused',
			message: expect.stringContaining('access Magento_SalesRule::quote'),
			hint: expect.stringContaining('Bearer'),
		});
		expect(JSON.stringify(failure) + String((failure as Error).stack)).not.toContain('hunter2');
	});
});

it('The stand-in takes what Magento’s real schema says of a coupon', () => {
	expect(couponOfRealSchema() ?? couponOfStandIn).toEqual(couponOfStandIn);
});

onBothDatabases('Coupons of Magento', (fixture) => {
	const here = async (poolId: string) => (await codesHere(fixture, poolId)).stock;
	const there = () => [...shop.coupons.values()].map(({ code }) => code).sort();
	const customers = (count: number) =>
		Array.from({ length: count }, (_, n) => ({ recipient: `c${n}@example.com` }));

	it('fill a pool, and those that exist are replaced', async () => {
		const provider = providerWith();
		const pool = await dynamicPool(fixture, provider, {
			rule: '7',
			keepInStock: 30,
			form: { prefix: 'M-', length: 2, alphabet: '0123456789ABCDEF' },
		});
		for (let n = 0; n < 256; n += 4) {
			const code = `M-${n.toString(16).toUpperCase().padStart(2, '0')}`;
			const coupon = { coupon_id: n, rule_id: 1, times_used: 0, type: 1, code };
			shop.coupons.set(code.toLowerCase(), coupon);
		}
		const report = await fixture.coupons.refillPool(pool.id, { provider });
		expect(report).toMatchObject({ added: 30, available: 30, notices: [] });
		const ours = [...shop.coupons.values()].filter(({ rule_id }) => rule_id === 7);
		expect(ours.map(({ code }) => code).sort()).toEqual(await here(pool.id));
	});

	it('expire so many days after they were assigned, each made at that moment', async () => {
		const provider = providerWith();
		const pool = await dynamicPool(fixture, provider, { rule: '7', expiresAfterDays: 30 });
		expect(pool.warnings).toEqual([expect.stringContaining('until the rule ends')]);
		expect(await fixture.coupons.refillPool(pool.id, { provider })).toMatchObject({ added: 0 });
		const given = await fixture.coupons.assignOnDemand(pool.id, customers(7), { provider });
		expect(there()).toEqual(given.map(({ code }) => code).sort());
		for (const one of given) {
			if (one.code === null) throw new Error(one.message);
			const days = (Number(one.expiresAt) - Number(one.assignedAt)) / 86_400_000;
			expect(days).toBeCloseTo(30, 2);
			const { expiration_date: date } = shop.coupons.get(one.code.toLowerCase()) ?? {};
			expect(date?.slice(0, 10)).toBe(one.expiresAt?.toISOString().slice(0, 10));
		}
		await expectSumsToHold(fixture.database, pool.id);
	});

	it('end with their rule, where that ends before their days are over', async () => {
		const provider = providerWith();
		const lastDay = dayInBerlin(5);
		shop.addRule('8', { to_date: lastDay });
		const pool = await dynamicPool(fixture, provider, { rule: '8', expiresAfterDays: 30 });
		const [given] = await fixture.coupons.assignOnDemand(pool.id, customers(1), { provider });
		if (given.code === null) throw new Error(given.message);
		const zone = { timeZone: 'Europe/Berlin' };
		expect(given.expiresAt?.toLocaleString('sv', zone)).toBe(`${lastDay} 23:59:59`);
	});

	it.each([
		['is over', { to_date: dayInBerlin(-1) }],
		['was switched off', { is_active: false }],
	])('are not made of a rule that %s meanwhile', async (_, change) => {
		const provider = providerWith();
		const pool = await dynamicPool(fixture, provider, { rule: '7' });
		shop.addRule('7', change);
		await expect(fixture.coupons.refillPool(pool.id, { provider })).rejects.toMatchObject({
			code: 'shop_refused',
			message: expect.stringMatching(/has expired|not active/),
		});
		expect(there()).toEqual([]);
		expect(await codesHere(fixture, pool.id)).toEqual({ stock: [], pending: [] });
	});

	it('whose expiry Magento overwrites are told to expire at the earlier date, and that is said', async () => {
		shop.overwritesExpiry = true;
		const soon = new Date(Date.now() + 5 * 86_400_000).toISOString().slice(0, 10);
		shop.addRule('8', { to_date: soon });
		const provider = providerWith();
		const pool = await dynamicPool(fixture, provider, { rule: '8', expiresAfterDays: 30 });
		const report = await fixture.coupons.refillPool(pool.id, { provider, target: 3 });
		expect(report.notices).toEqual([expect.stringContaining(`accepts these codes until ${soon}`)]);
		const [given] = await fixture.coupons.assignOnDemand(pool.id, customers(1), { provider });
		expect(given.code === null ? null : given.expiresAt?.toISOString().slice(0, 10)).toBe(soon);
	});

	it('are found again when an answer was lost', async () => {
		const provider = providerWith();
		const pool = await dynamicPool(fixture, provider, { rule: '7', keepInStock: 20 });
		shop.server.loseAnswersTo('"is_primary"', 2);
		await expect(fixture.coupons.refillPool(pool.id, { provider })).rejects.toMatchObject({
			code: 'shop_unreachable',
		});
		expect(there().length).toBeGreaterThan(0);
		expect(await fixture.coupons.refillPool(pool.id, { provider })).toMatchObject({ added: 20 });
		expect(there()).toEqual(await here(pool.id));
		await expectSumsToHold(fixture.database, pool.id);
	});

	it('are not taken for made, nor for absent, where a page answers in the place of the shop', async () => {
		const provider = providerWith();
		const pool = await dynamicPool(fixture, provider, { rule: '7', keepInStock: 3 });
		for (const body of ['<html>Maintenance</html>', {}, { items: {} }]) {
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

	it('that a rule no longer takes are refused, with the parameters of Magento’s reason filled in', async () => {
		const provider = providerWith();
		const pool = await dynamicPool(fixture, provider, { rule: '7' });
		shop.addRule('7', { coupon_type: 'NO_COUPON' });
		await expect(fixture.coupons.refillPool(pool.id, { provider })).rejects.toMatchObject({
			code: 'shop_refused',
			message: expect.stringContaining(
				'Error occurred when saving coupon: Specified rule does not allow coupons',
			),
		});
		expect(await codesHere(fixture, pool.id)).toEqual({ stock: [], pending: [] });
	});

	it('that were used are found', async () => {
		const provider = providerWith();
		const pool = await dynamicPool(fixture, provider, { rule: '7' });
		const given = await fixture.coupons.assignOnDemand(pool.id, customers(3), { provider });
		const used = shop.coupons.get(String(given[0].code).toLowerCase());
		if (used) used.times_used = 1;
		expect(await fixture.coupons.reconcilePool(pool.id, provider)).toMatchObject({
			redeemedCodes: [given[0].code],
		});
	});
});
