import { backgroundRefills } from '../../nodes/shared/background-refills';
import { runWorkflow } from '../support/run-workflow';
import { WooCommerce } from '../support/woocommerce';
import { EmbeddedPools, locator } from './embedded-pools';
import { people } from './run-assign';

const pools = new EmbeddedPools();
let shop: WooCommerce;
// Opening the embedded database takes seconds.
beforeAll(async () => await pools.use(async (coupons) => await coupons.ping()), 60_000);
beforeEach(async () => (shop = await WooCommerce.open()));
afterEach(async () => {
	await backgroundRefills();
	await shop.close();
});
afterAll(async () => await pools.drop());

async function create(name: string, settings: object = {}): Promise<string> {
	const codes = { rule: '100', prefix: 'w-', keepInStock: 100 };
	const finished = await run('CreatePool', { name, type: 'dynamic', ...codes, settings });
	return String(finished.json('CreatePool')[0].id);
}

async function assign(pool: string, recipient: string) {
	const parameters = { pool: locator(pool), recipient: '={{ $json.email }}' };
	const finished = await run('AssignCoupon', parameters, recipient);
	await backgroundRefills();
	return finished;
}

async function run(node: 'AssignCoupon' | 'CreatePool', parameters: object, recipient = 'none') {
	const credential = { shopUrl: shop.url, consumerKey: 'ck_key', consumerSecret: 'cs_secret' };
	return await runWorkflow({
		credential: pools.credential,
		shops: { couponPoolsWooCommerceApi: credential },
		items: people(recipient),
		steps: [{ node, parameters: { shop: 'woocommerce', ...parameters } }],
	});
}

const made = () => [...shop.coupons.keys()].filter((code) => code.startsWith('w-')).length;

describe('Assign Coupon', () => {
	it.each([
		['has just ended', -60_000, 0],
		['ends inside the expiration cutoff', 3_600_000, 1],
	])('has no further codes made, run after run, of a template that %s', async (_, ends, most) => {
		const pool = await create(`Ends ${ends}`, { expirationCutoffDays: 1 });
		const [template] = shop.coupons.values();
		template.date_expires_gmt = new Date(Date.now() + ends).toISOString().slice(0, 19);
		for (const recipient of ['a', 'b', 'c', 'd', 'e']) {
			const finished = await assign(pool, recipient);
			expect(finished.json('AssignCoupon', 1)).toMatchObject([{ coupon: { code: null } }]);
		}
		expect(made()).toBe(most);
	});

	it('has no codes made for a pool that is not active', async () => {
		const pool = await create('Not active', { active: false });
		const finished = await assign(pool, 'jane');
		expect(finished.json('AssignCoupon', 1)).toMatchObject([
			{ coupon: { reason: 'pool_inactive' } },
		]);
		expect(made()).toBe(0);
	});
});
