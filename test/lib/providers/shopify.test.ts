import { isObjectType, type GraphQLObjectType } from 'graphql';

import { fetchTransport } from '../../../lib/providers/fetch-transport';
import type { Limits, Order, Provider } from '../../../lib/providers/provider';
import { shopifyProvider } from '../../../lib/providers/shopify';
import { shopifyHeaders, type ShopifyAccess } from '../../../lib/providers/shopify-token';
import { onBothDatabases } from '../../support/databases';
import { dynamicPool, shopifyOf } from '../../support/dynamic-pools';
import { Shopify, type ShopifySettings } from '../../support/shopify';
import { shopifySchema, trimmedSchema } from '../../support/shopify-schema';

let shop: Shopify;
afterEach(async () => await shop.close());

const order: Order = {
	ruleId: 'gid://shopify/DiscountCodeNode/1001',
	reference: 'test',
	expiresAt: null,
};

async function open(
	settings: ShopifySettings = {},
	access: ShopifyAccess = { accessToken: 'shpat_test' },
): Promise<Provider> {
	shop = await Shopify.open(settings);
	const transport = fetchTransport({ shop: shop.url, headers: shopifyHeaders(shop.url, access) });
	return shopifyProvider({ shop: shop.url, transport });
}

function within(milliseconds = 5000): Limits {
	return { deadline: Date.now() + milliseconds };
}

async function settled(provider: Provider, codes: readonly string[]) {
	const pushed = await provider.push(codes, order, within());
	if (!('jobId' in pushed)) throw new Error('Shopify answers with a job');
	for (;;) {
		const outcomes = await provider.poll(pushed.jobId, within());
		if (outcomes === 'unknown') throw new Error('Shopify has no such job');
		if (outcomes !== null) return outcomes;
		await new Promise((resolve) => setTimeout(resolve, 5));
	}
}

function numbered(count: number): string[] {
	return Array.from({ length: count }, (_, index) => `CODE-${index}`);
}

describe('A Shopify discount', () => {
	it.each([
		'1001',
		' 1001 ',
		'gid://shopify/DiscountCodeNode/1001',
		'gid://shopify/DiscountNode/1001',
		'gid://shopify/PriceRule/1001',
		'https://admin.shopify.com/store/my-shop/discounts/1001',
		'https://my-shop.myshopify.com/admin/discounts/1001?tab=x',
	])('is found by %s', async (reference) => {
		const provider = await open();
		expect(await provider.lookUpRule(reference, within())).toEqual({
			id: 'gid://shopify/DiscountCodeNode/1001',
			title: '10% off',
			warnings: [],
		});
	});

	it.each(['SUMMER', '', 'gid://shopify/Product/1001', 'https://my-shop.example/products/1'])(
		'is not named by %j',
		async (reference) => {
			const provider = await open();
			await expect(provider.lookUpRule(reference, within())).rejects.toMatchObject({
				code: 'invalid_input',
				hint: expect.stringContaining('/discounts/'),
			});
		},
	);

	it.each([
		['is unknown', '9', {}, 'has no discount 9', 'copy its address'],
		[
			'is automatic',
			'2',
			{ __typename: 'DiscountAutomaticBasic' as const },
			'applied automatically',
			'Discount code',
		],
		['is an app’s', '2', { __typename: 'DiscountCodeApp' as const }, 'belongs to an app', ''],
		['has expired', '2', { status: 'EXPIRED' as const }, 'has expired', 'end date'],
		['is over', '2', { endsAt: '2020-01-01T00:00:00Z' }, 'has expired', 'end date'],
	])('that %s is refused, with what to change', async (_, reference, more, message, hint) => {
		const provider = await open();
		shop.store.addDiscount('2', more);
		await expect(provider.lookUpRule(reference, within())).rejects.toMatchObject({
			code: 'shop_refused',
			message: expect.stringContaining(message),
			hint: expect.stringContaining(hint),
		});
	});

	it.each([
		[{ usageLimit: null, appliesOncePerCustomer: false }, 'used again and again'],
		[{ usageLimit: null }, 'passed on'],
		[{ status: 'SCHEDULED' as const }, 'has not begun'],
		[{ endsAt: '2090-06-30T21:59:59Z' }, 'ends at 2090-06-30 21:59 UTC'],
	])('that is %j is taken with a warning', async (more, warning) => {
		const provider = await open();
		shop.store.addDiscount('2', more);
		expect(await provider.lookUpRule('2', within())).toMatchObject({
			warnings: [expect.stringContaining(warning)],
		});
	});

	it('is refused to an app without the right to make codes', async () => {
		const provider = await open({ scopes: ['read_discounts'] });
		await expect(provider.lookUpRule('1001', within())).rejects.toMatchObject({
			code: 'shop_refused',
			hint: expect.stringContaining('write_discounts'),
		});
		await expect(provider.push(['A'], order, within())).rejects.toMatchObject({
			code: 'shop_refused',
			hint: expect.stringContaining('write_discounts'),
		});
	});
});

describe('Codes pushed to Shopify', () => {
	it('are made by one job, 250 of them', async () => {
		const provider = await open();
		const codes = numbered(250);
		const outcomes = await settled(provider, codes);
		expect(outcomes).toEqual(
			codes.map((code) => ({ code, state: 'made', spelling: code, expiresAt: null })),
		);
		expect(shop.store.codesOf('1001')).toEqual(codes);
		expect(shop.countOf('AddCodes')).toBe(1);
	});

	it('are refused all if they are too many', async () => {
		const provider = await open();
		await expect(provider.push(numbered(251), order, within())).rejects.toMatchObject({
			code: 'shop_refused',
			message: expect.stringContaining('251 is greater than the maximum allowed of 250'),
		});
	});

	it('each have their own answer: made, taken, or refused with the reason', async () => {
		const provider = await open();
		shop.store.addDiscount('2');
		shop.store.addForeign('1001', 'here');
		shop.store.addForeign('2', 'ELSEWHERE');
		const long = 'x'.repeat(256);
		const outcomes = await settled(provider, ['NEW', '', 'A\nB', long, 'new', 'HERE', 'ELSEWHERE']);
		expect(outcomes.map(({ state, reason }) => [state, reason])).toEqual([
			['made', undefined],
			['refused', 'is too short (minimum is 1 character)'],
			['refused', 'cannot contain newline characters.'],
			['refused', 'is too long (maximum is 255 characters)'],
			['taken', 'Codes must be unique within BulkDiscountCodeCreation'],
			['taken', 'must be unique. Please try a different code.'],
			['taken', 'must be unique. Please try a different code.'],
		]);
	});

	it('for a discount that was deleted are refused all', async () => {
		const provider = await open();
		shop.store.discounts.clear();
		await expect(provider.push(['A'], order, within())).rejects.toMatchObject({
			code: 'shop_refused',
			message: expect.stringContaining('Code discount does not exist.'),
		});
	});

	it('for a discount that is over are refused all, and none is made', async () => {
		const provider = await open();
		shop.store.addDiscount('1001', { endsAt: new Date(Date.now() - 1000).toISOString() });
		await expect(provider.push(['A'], order, within())).rejects.toMatchObject({
			code: 'shop_refused',
			message: expect.stringContaining('has expired'),
			hint: expect.stringContaining('end date'),
		});
		expect(shop.countOf('AddCodes')).toBe(0);
	});

	it('end with their discount, whether a job or a question tells of them', async () => {
		const provider = await open();
		const endsAt = '2090-06-30T21:59:59Z';
		shop.store.addDiscount('1001', { endsAt });
		const codes = numbered(120);
		const made = await settled(provider, codes);
		const asked = await provider.ask(codes, order, within());
		for (const { state, expiresAt } of [...made, ...asked]) {
			expect([state, expiresAt]).toEqual(['made', new Date(endsAt)]);
		}
	});

	it('of a job that Shopify has forgotten are unknown', async () => {
		const provider = await open();
		const pushed = await provider.push(['A'], order, within());
		shop.store.forgetJobs();
		expect(await provider.poll('jobId' in pushed ? pushed.jobId : '', within())).toBe('unknown');
	});

	it('can be asked for: ours, somebody else’s, or not there', async () => {
		const provider = await open();
		shop.store.addDiscount('2');
		const ours = numbered(120);
		await settled(provider, ours);
		shop.store.addForeign('1001', 'OTHER-APP');
		shop.store.addForeign('2', 'OTHER-DISCOUNT');
		const outcomes = await provider.ask(
			[...ours, 'OTHER-APP', 'OTHER-DISCOUNT', 'NOWHERE'],
			order,
			within(),
		);
		expect(outcomes.map(({ state }) => state)).toEqual([
			...ours.map(() => 'made'),
			...['taken', 'taken', 'absent'],
		]);
	});

	it('that were used are found, however they are spelt', async () => {
		const provider = await open();
		await settled(provider, numbered(300).slice(0, 250));
		for (const code of numbered(3)) shop.store.use(code.toLowerCase());
		expect(await provider.findUsed([...numbered(2), 'UNUSED'], order.ruleId, within())).toEqual(
			numbered(2),
		);
	});
});

describe('Shopify’s limits', () => {
	it.each(['body', 'status'] as const)('said by the %s are waited for', async (throttledBy) => {
		const provider = await open({ bucket: { size: 20, restoreRate: 25 }, throttledBy });
		for (let n = 0; n < 4; n++) await provider.push([`A${n}`], order, within());
		expect(shop.throttled).toBeGreaterThan(0);
		expect(shop.countOf('AddCodes') + shop.countOf('IsOver')).toBe(8 + shop.throttled);
	});

	it('are not waited for longer than there is time', async () => {
		const provider = await open({ bucket: { size: 11, restoreRate: 1 } });
		await provider.push(['A'], order, within());
		await expect(provider.push(['B'], order, within(500))).rejects.toMatchObject({
			code: 'shop_unreachable',
			message: expect.stringContaining('at its rate limit'),
		});
	});
});

onBothDatabases('A pool of a Shopify discount that ends', (fixture) => {
	const inDays = (days: number) => new Date(Date.now() + days * 86_400_000);

	it('gives its codes until then, tells it, and makes none afterwards', async () => {
		shop = await Shopify.open();
		const provider = shopifyOf(shop);
		const endsAt = inDays(5);
		shop.store.addDiscount('1001', { endsAt: endsAt.toISOString() });
		const pool = await dynamicPool(fixture, provider, { keepInStock: 2 });
		expect(pool.warnings).toEqual([expect.stringContaining('expire then at the latest')]);
		const { coupons } = fixture;
		const [given] = await coupons.assignOnDemand(pool.id, [{ recipient: 'jane' }], { provider });
		expect(given).toMatchObject({ expiresAt: endsAt });
		shop.store.addDiscount('1001', { endsAt: inDays(-1).toISOString() });
		const failures: unknown[] = [];
		const late = await coupons.assignOnDemand(
			pool.id,
			['john', 'jack', 'joe'].map((recipient) => ({ recipient })),
			{ provider, onShopFailure: (failure) => failures.push(failure) },
		);
		expect(late.at(-1)).toMatchObject({ code: null, reason: 'out_of_stock' });
		expect(failures).toMatchObject([{ message: expect.stringContaining('has expired') }]);
	});
});

describe('The way into Shopify', () => {
	it('is asked for anew when its token of a day has expired', async () => {
		const access = { clientId: 'app', clientSecret: 'very secret' };
		const provider = await open(access, access);
		await provider.lookUpRule('1001', within());
		shop.expireTokens();
		await provider.lookUpRule('1001', within());
		expect(shop.countOf('client_credentials')).toBe(2);
	});

	it.each([
		['a wrong token', { accessToken: 'shpat_hunter2' }],
		['a wrong secret', { clientId: 'app', clientSecret: 'hunter2' }],
	])('with %s is refused, and the error keeps the secret', async (_, access) => {
		const provider = await open({ clientId: 'app', clientSecret: 'very secret' }, access);
		const failure = await provider.lookUpRule('1001', within()).catch((error: Error) => error);
		expect(failure).toMatchObject({ code: 'shop_refused' });
		expect(everythingIn(failure)).not.toContain('hunter2');
	});

	it('that is broken, or gives no answer, leaves it unknown what was done', async () => {
		const provider = await open();
		shop.server.loseAnswersTo('AddCodes');
		const lost = await provider.push(['A'], order, within()).catch((error: Error) => error);
		expect(lost).toMatchObject({ code: 'shop_unreachable' });
		expect(everythingIn(lost)).not.toContain('shpat');
		shop.server.state = 'hanging';
		await expect(provider.push(['B'], order, within(200))).rejects.toMatchObject({
			code: 'shop_unreachable',
			message: expect.stringContaining('timed out'),
		});
	});
});

describe('The stand-in', () => {
	it('knows a part of the real schema, as it is', async () => {
		await open();
		const whole = shopifySchema();
		for (const [name, type] of Object.entries(trimmedSchema().getTypeMap())) {
			if (!isObjectType(type) || name.startsWith('__')) continue;
			const fields = (whole.getType(name) as GraphQLObjectType).getFields();
			for (const [field, { type: fieldType, args }] of Object.entries(type.getFields())) {
				expect(`${name}.${field}: ${fields[field]?.type}`).toBe(`${name}.${field}: ${fieldType}`);
				expect(fields[field].args.map(String)).toEqual(args.map(String));
			}
		}
	});
});

function everythingIn(failure: unknown): string {
	const error = failure as Error & { hint?: string };
	return [
		error.message,
		error.hint,
		error.stack,
		JSON.stringify(error),
		String(error.cause),
	].join();
}
