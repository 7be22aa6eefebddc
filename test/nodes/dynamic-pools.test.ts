import type { IDataObject } from 'n8n-workflow';

import { backgroundRefills } from '../../nodes/shared/background-refills';
import { runWorkflow, type NodeName } from '../support/run-workflow';
import { Shopify } from '../support/shopify';
import { EmbeddedPools, locator } from './embedded-pools';
import { people } from './run-assign';

const pools = new EmbeddedPools();
const hidden = 'hunter2-of-shopify';
let shop: Shopify;
let made = 0;
// Opening the embedded database takes seconds.
beforeAll(async () => await pools.use(async (coupons) => await coupons.ping()), 60_000);
beforeEach(async () => {
	shop = await Shopify.open({ clientId: 'app', clientSecret: hidden, accessToken: hidden });
});
afterEach(async () => {
	await backgroundRefills();
	await shop.close();
});
afterAll(async () => await pools.drop());

const withToken = () => ({
	shopUrl: `${shop.url}/`,
	authentication: 'accessToken',
	accessToken: hidden,
});

async function run(
	node: NodeName,
	parameters: IDataObject,
	items = [{ json: {} as IDataObject }],
	credential: IDataObject = withToken(),
) {
	const finished = await runWorkflow({
		credential: pools.credential,
		shops: { couponPoolsShopifyApi: credential as Record<string, string> },
		items,
		steps: [{ node, parameters }],
	});
	// Neither in items nor in errors.
	expect(
		JSON.stringify([finished.run.data.resultData, String(finished.error?.stack)]),
	).not.toContain(hidden);
	return finished;
}

async function create(parameters: IDataObject = {}, credential?: IDataObject) {
	return await run(
		'CreatePool',
		{
			name: `From Shopify ${++made}`,
			type: 'dynamic',
			shop: 'shopify',
			rule: `https://admin.shopify.com/store/test/discounts/1001`,
			prefix: 'VIP-',
			length: 8,
			dashEvery: 4,
			keepInStock: 20,
			...parameters,
		},
		undefined,
		credential,
	);
}

async function newPool(parameters: IDataObject = {}): Promise<string> {
	return String((await create(parameters)).json('CreatePool')[0].id);
}

describe('Create Pool', () => {
	it('makes a dynamic pool of the shop’s discount, and shows three codes of its form', async () => {
		const finished = await create();
		const [pool] = finished.json('CreatePool');
		expect(pool).toMatchObject({
			type: 'dynamic',
			created: true,
			warnings: [],
			dynamic: {
				provider: 'shopify',
				shop: shop.url,
				ruleId: 'gid://shopify/DiscountCodeNode/1001',
				form: { prefix: 'VIP-', length: 8, dashEvery: 4 },
				keepInStock: 20,
				refillAt: 10,
			},
		});
		expect(pool.exampleCodes).toHaveLength(3);
		for (const code of pool.exampleCodes as string[]) {
			expect(code).toMatch(/^VIP-[A-Z2-9]{4}-[A-Z2-9]{4}$/);
		}
		expect(finished.hints('CreatePool')).toEqual([
			expect.stringMatching(/^Its codes will look like VIP-/),
		]);
	});

	it('warns of a discount whose codes can be used again', async () => {
		shop.store.addDiscount('2', { usageLimit: null });
		const finished = await create({ rule: '2' });
		expect(finished.hints('CreatePool')[1]).toMatch(/not single-use/);
	});

	it.each([
		['a discount that is not there', { rule: '9' }, /has no discount 9/],
		['a form too short for the stock', { length: 2, keepInStock: 1000 }, /too few for 1,000/],
		[
			'an expiry for each code',
			{ codeOptions: { expiresAfterDays: 30 } },
			/no expiry for each code/,
		],
	])('refuses %s', async (_, parameters, message) => {
		const finished = await create(parameters);
		expect(finished.error?.message).toMatch(message);
		expect(finished.error?.description).toBeTruthy();
	});

	it('finds the pool in later runs without asking the shop', async () => {
		const parameters = { name: 'Twice' };
		await create(parameters);
		const asked = shop.server.asked.length;
		expect((await create(parameters)).json('CreatePool')[0]).toMatchObject({ created: false });
		expect(shop.server.asked).toHaveLength(asked);
	});

	it('gets a token by client ID and secret, and a new one when it has expired', async () => {
		const credential = {
			shopUrl: shop.url,
			authentication: 'clientCredentials',
			clientId: 'app',
			clientSecret: hidden,
			sessionToken: '',
		};
		expect((await create({}, credential)).error).toBeUndefined();
		shop.expireTokens();
		expect((await create({}, credential)).error).toBeUndefined();
		expect(shop.countOf('client_credentials')).toBe(2);
	});

	it('says when the token is wrong, and not what it is', async () => {
		const finished = await create({}, { ...withToken(), accessToken: `wrong-${hidden}` });
		expect(finished.error?.message).toMatch(/does not let this app in/);
	});
});

describe('Assign Coupon', () => {
	it('has 200 new codes made in one job, for 200 items', async () => {
		const pool = await newPool({ keepInStock: 0 });
		const emails = Array.from({ length: 200 }, (_, n) => `p${n}`);
		const finished = await run(
			'AssignCoupon',
			{ pool: locator(pool), recipient: '={{ $json.email }}', shop: 'shopify' },
			people(...emails),
		);
		const codes = finished.json('AssignCoupon').map(({ coupon }) => (coupon as IDataObject).code);
		expect(new Set(codes).size).toBe(200);
		expect(shop.countOf('AddCodes')).toBe(1);
		expect(shop.store.codesOf('1001').sort()).toEqual(codes.sort());
	});

	it('refills the stock in the background when it is low', async () => {
		const pool = await newPool();
		await run('ManageCoupons', {
			resource: 'pool',
			operation: 'refill',
			pool: locator(pool),
			shop: 'shopify',
		});
		const emails = Array.from({ length: 12 }, (_, n) => `b${n}`);
		await run(
			'AssignCoupon',
			{ pool: locator(pool), recipient: '={{ $json.email }}', shop: 'shopify' },
			people(...emails),
		);
		await backgroundRefills();
		expect(await pools.available(pool)).toBe(20);
	});

	it('passes items on without a code while the shop is down, with a hint', async () => {
		const pool = await newPool();
		shop.server.state = 'down';
		const finished = await run(
			'AssignCoupon',
			{ pool: locator(pool), recipient: '={{ $json.email }}', shop: 'shopify' },
			people('jane'),
		);
		expect(finished.json('AssignCoupon', 1)).toMatchObject([
			{ coupon: { reason: 'out_of_stock' } },
		]);
		expect(finished.hints('AssignCoupon')).toEqual([
			expect.stringMatching(/^No new codes were made\. Shopify .* gave no answer/),
		]);
	});

	it('waits for a shop that hangs no longer than was said', async () => {
		const pool = await newPool({ settings: { defaultCode: 'WELCOME' } });
		shop.server.state = 'hanging';
		const begun = Date.now();
		const finished = await run(
			'AssignCoupon',
			{
				pool: locator(pool),
				recipient: '={{ $json.email }}',
				shop: 'shopify',
				options: { onTheSpotSeconds: 1 },
			},
			people('jane'),
		);
		expect(Date.now() - begun).toBeLessThan(15_000);
		expect(finished.json('AssignCoupon')).toMatchObject([
			{ coupon: { code: 'WELCOME', source: 'default' } },
		]);
		await shop.close();
	});

	it('shows a code of the pool’s form on manual runs', async () => {
		const pool = await newPool();
		const finished = await runWorkflow({
			credential: pools.credential,
			items: people('jane'),
			mode: 'manual',
			steps: [
				{
					node: 'AssignCoupon',
					parameters: { pool: locator(pool), recipient: 'jane', shop: 'none' },
				},
			],
		});
		expect(finished.json('AssignCoupon')[0]).toMatchObject({
			coupon: { code: expect.stringMatching(/^XXX-[X0]{4}-[X0]{4}$/), source: 'preview' },
		});
	});
});

describe('Manage Coupons', () => {
	it('refills a pool to the stock that a mailing needs, and says what became of the codes', async () => {
		const pool = await newPool();
		const finished = await run('ManageCoupons', {
			resource: 'pool',
			operation: 'refill',
			pool: locator(pool),
			shop: 'shopify',
			options: { target: 300 },
		});
		expect(finished.json('ManageCoupons')).toMatchObject([
			{ added: 300, taken: 0, refused: 0, available: 300, pending: 0 },
		]);
	});

	it('asks the shop which codes were used', async () => {
		const pool = await newPool();
		const parameters = { pool: locator(pool), shop: 'shopify' };
		const assigned = await run(
			'AssignCoupon',
			{ ...parameters, recipient: '={{ $json.email }}' },
			people('jane', 'john'),
		);
		const { coupon } = assigned.json('AssignCoupon')[0] as { coupon: IDataObject };
		shop.store.use(String(coupon.code));
		const finished = await run('ManageCoupons', {
			resource: 'pool',
			operation: 'reconcile',
			...parameters,
		});
		expect(finished.json('ManageCoupons')).toMatchObject([
			{ asked: 2, redeemed: 1, redeemedCodes: [coupon.code] },
		]);
	});
});
