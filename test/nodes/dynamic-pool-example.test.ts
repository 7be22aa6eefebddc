import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { IDataObject, INode } from 'n8n-workflow';

import { backgroundRefills } from '../../nodes/shared/background-refills';
import { runWorkflow, type Step } from '../support/run-workflow';
import { Shopify } from '../support/shopify';
import { EmbeddedPools } from './embedded-pools';

const { nodes } = JSON.parse(
	readFileSync(join(__dirname, '../../examples/dynamic-pool-shopify.json'), 'utf8'),
) as { nodes: INode[] };

/** A step of the example, with the parameters that it has there. */
function stepOf(name: string): Step {
	const node = nodes.find((one) => one.name === name);
	const types = {
		createPool: 'CreatePool',
		manageCoupons: 'ManageCoupons',
		assignCoupon: 'AssignCoupon',
	} as const;
	const type = node?.type.replace('n8n-nodes-coupon-pools.', '') as keyof typeof types;
	return { node: types[type], name, parameters: node?.parameters as IDataObject };
}

describe('The example “Dynamic pool for Shopify”', () => {
	const pools = new EmbeddedPools();
	let shop: Shopify;
	beforeAll(async () => {
		shop = await Shopify.open();
		await pools.use(async (coupons) => await coupons.ping());
	}, 60_000);
	afterAll(async () => {
		await backgroundRefills();
		await pools.drop();
		await shop.close();
	});

	async function run(names: readonly string[], json: IDataObject = {}) {
		const access = { authentication: 'accessToken', accessToken: 'shpat_test' };
		return await runWorkflow({
			credential: pools.credential,
			shops: { couponPoolsShopifyApi: { shopUrl: shop.url, ...access } },
			items: [{ json }],
			steps: names.map(stepOf),
		});
	}

	it('makes its pool and fills it, gives a cart a code, and learns that it was used', async () => {
		const filled = await run(['Create Pool', 'Refill']);
		expect(filled.json('Refill')).toMatchObject([{ added: 500, available: 500, pending: 0 }]);
		const again = await run(['Create Pool', 'Refill']);
		expect(again.json('Refill')).toMatchObject([{ added: 0, available: 500 }]);

		const cart = { body: { customer: { email: 'jane@example.com' } } };
		const assigned = await run(['Assign Coupon'], cart);
		const { code } = assigned.json('Assign Coupon')[0].coupon as IDataObject;
		expect(code).toMatch(/^CART-[A-Z2-9]{4}-[A-Z2-9]{4}$/);
		expect(shop.store.codesOf('1001')).toContain(code);

		shop.store.use(String(code));
		const reconciled = await run(['Reconcile']);
		expect(reconciled.json('Reconcile')).toMatchObject([{ redeemedCodes: [code] }]);
	});
});
