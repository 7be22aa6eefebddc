import type { ICredentialDataDecryptedObject, IDataObject } from 'n8n-workflow';

import { backgroundRefills } from '../../nodes/shared/background-refills';
import { allOf, allRowsOf } from '../support/all-of';
import { Magento } from '../support/magento';
import { parrots } from '../support/parrot';
import { runWorkflow, type NodeName } from '../support/run-workflow';
import type { ShopServer } from '../support/shop-server';
import { Shopify } from '../support/shopify';
import { WooCommerce } from '../support/woocommerce';
import { openDatabase } from '../../lib/database/open';
import { EmbeddedPools, locator } from './embedded-pools';
import { people } from './run-assign';

/** A shop that a node works with, by its credential. */
interface ShopOfNode {
	readonly server: ShopServer;
	readonly shop: 'shopify' | 'magento' | 'woocommerce';
	readonly rule: string;
	readonly type: string;
	readonly credential: ICredentialDataDecryptedObject;
	readonly secrets: readonly string[];
	close(): Promise<void>;
}

const shops: Readonly<Record<string, () => Promise<ShopOfNode>>> = {
	'Shopify with a token': async () => {
		const accessToken = 'shpat_of-the-test';
		const stand = await Shopify.open({ accessToken });
		const credential = { shopUrl: stand.url, authentication: 'accessToken', accessToken };
		return ofShopify(stand, credential, [accessToken]);
	},
	'Shopify with a client ID and secret': async () => {
		const access = { clientId: 'app', clientSecret: 'client-secret-of-the-test' };
		const stand = await Shopify.open(access);
		const ways = { authentication: 'clientCredentials', sessionToken: '' };
		const credential = { shopUrl: stand.url, ...ways, ...access };
		return ofShopify(stand, credential, [access.clientSecret, 'shpca_']);
	},
	Magento: async () => {
		const accessToken = 'magento-token-of-the-test';
		const stand = await Magento.open(accessToken);
		return {
			server: stand.server,
			shop: 'magento',
			rule: '7',
			type: 'couponPoolsMagentoApi',
			credential: { shopUrl: stand.url, accessToken },
			secrets: [accessToken],
			close: async () => await stand.close(),
		};
	},
	WooCommerce: async () => {
		const consumerSecret = 'cs_of-the-test';
		const stand = await WooCommerce.open(consumerSecret);
		return {
			server: stand.server,
			shop: 'woocommerce',
			rule: '100',
			type: 'couponPoolsWooCommerceApi',
			credential: { shopUrl: stand.url, consumerKey: 'ck_key', consumerSecret },
			secrets: [consumerSecret, Buffer.from(`ck_key:${consumerSecret}`).toString('base64')],
			close: async () => await stand.close(),
		};
	},
};

function ofShopify(
	stand: Shopify,
	credential: ICredentialDataDecryptedObject,
	secrets: readonly string[],
): ShopOfNode {
	return {
		server: stand.server,
		shop: 'shopify',
		rule: '1001',
		type: 'couponPoolsShopifyApi',
		credential,
		secrets,
		close: async () => await stand.close(),
	};
}

const pools = new EmbeddedPools();
let shop: ShopOfNode;
let made = 0;
beforeAll(async () => await pools.use(async (coupons) => await coupons.ping()), 60_000);
afterEach(async () => {
	await shop.close();
	await backgroundRefills();
});
afterAll(async () => await pools.drop());

async function run(node: NodeName, parameters: IDataObject, items = people('jane')) {
	const finished = await runWorkflow({
		credential: pools.credential,
		shops: { [shop.type]: shop.credential },
		items,
		steps: [{ node, parameters: { shop: shop.shop, ...parameters } }],
	});
	// All that n8n stores of a run, and may log of its error.
	const told = allOf([finished.run.data, finished.error]);
	for (const secret of shop.secrets) expect(told).not.toContain(secret);
	return finished;
}

async function create(more: IDataObject = {}): Promise<string> {
	const settings = { defaultCode: 'WELCOME' };
	const dynamic = { type: 'dynamic', rule: shop.rule, keepInStock: 2, length: 8, settings };
	const name = `Pool ${++made}`;
	const finished = await run('CreatePool', { name, ...dynamic, ...more });
	return String(finished.json('CreatePool')[0]?.id);
}

const inPool = (operation: 'refill' | 'reconcile', pool: string, options: IDataObject) => ({
	resource: 'pool',
	operation,
	pool: locator(pool),
	options,
});

describe.each(Object.keys(shops))('%s', (kind) => {
	beforeEach(async () => (shop = await shops[kind]()));

	it('tells no secret in errors, items, hints or rows, though it quotes them', async () => {
		const pool = await create();
		await run('ManageCoupons', inPool('refill', pool, {}));
		let failures = 0;
		for (const parrot of Object.values(parrots)) {
			shop.server.instead = parrot;
			const options = { timeoutMinutes: 0.01 };
			for (const finished of [
				await run('CreatePool', { name: 'Another', type: 'dynamic', rule: shop.rule, length: 8 }),
				await run('ManageCoupons', inPool('refill', pool, { ...options, target: 9 })),
				await run('ManageCoupons', inPool('reconcile', pool, options)),
			]) {
				if (finished.error) failures++;
			}
			await run(
				'AssignCoupon',
				{
					pool: locator(pool),
					recipient: '={{ $json.email }}',
					options: { onTheSpotSeconds: 0.5 },
				},
				people('a', 'b', 'c'),
			);
			await backgroundRefills();
		}
		expect(failures).toBeGreaterThan(Object.keys(parrots).length);
		const database = await openDatabase({ dataDirectory: pools.folder });
		const rows = await allRowsOf(database);
		await database.close();
		expect(rows).toContain('"WELCOME"');
		for (const secret of shop.secrets) {
			expect(rows).not.toContain(secret);
		}
	}, 120_000);

	it.each(['hanging', 'dripping'] as const)(
		'keeps no run waiting longer than was said while it is %s',
		async (state) => {
			const pool = await create();
			shop.server.state = state;
			const begun = Date.now();
			const refilled = await run('ManageCoupons', inPool('refill', pool, { timeoutMinutes: 0.01 }));
			expect(refilled.error?.message).toMatch(/gave no answer \(timed out\)/);
			const assigned = await run('AssignCoupon', {
				pool: locator(pool),
				recipient: '={{ $json.email }}',
				options: { onTheSpotSeconds: 1 },
			});
			expect(assigned.json('AssignCoupon')).toMatchObject([
				{ coupon: { code: 'WELCOME', source: 'default' } },
			]);
			expect(Date.now() - begun).toBeLessThan(10_000);
			// The refill in the background may go on for minutes; its shop is gone.
			await shop.close();
		},
	);

	it('says what to do where the credential is refused', async () => {
		const { clientSecret, accessToken, consumerSecret } = shop.credential;
		const wrong = { clientSecret, accessToken, consumerSecret };
		for (const [name, value] of Object.entries(wrong)) {
			if (value) shop.credential[name] = `${String(value)}-not`;
		}
		const { error } = await run('CreatePool', {
			name: 'Refused',
			type: 'dynamic',
			rule: shop.rule,
			length: 8,
		});
		expect(error?.message).toMatch(/does not let this app in|denies access: \w/);
		expect(error?.description).toMatch(/credential|integration/);
	});
});

it('Create Pool waits for a shop that never answers, but not for ever', async () => {
	shop = await shops.Magento();
	shop.server.state = 'hanging';
	const begun = Date.now();
	const { error } = await run('CreatePool', {
		name: 'Never',
		type: 'dynamic',
		rule: '7',
		length: 8,
	});
	expect(error?.message).toMatch(/gave no answer \(timed out\)/);
	expect(Date.now() - begun).toBeLessThan(30_000);
}, 40_000);
