/** @jest-environment <rootDir>/support/outside-jest.js */
import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';

import { exampleWorkflow } from '../../../demo/examples.js';
import { query } from '../../../demo/postgres.js';
import { callWebhook } from '../../../demo/webhooks.js';
import type { Database } from '../../../lib/database/database';
import { shopifyOrder } from '../../lib/assignments/shop-orders';
import { allRowsOf } from '../../support/all-of';
import { parrots } from '../../support/parrot';
import { Shopify } from '../../support/shopify';
import { until } from '../../support/until';
import { openEditor } from '../support/browser';
import { openShop, owner, type Shop } from '../support/shop';

/** Neither may stand anywhere but in n8n's encrypted credentials. */
const clientSecret = 'client-secret-of-the-test';
const webhookSecret = 'webhook-secret-of-the-test';

interface Credential {
	id: string;
	name: string;
	type: string;
}

interface NodeOfWorkflow {
	name: string;
	type: string;
	parameters: Record<string, unknown>;
	credentials?: Record<string, Credential>;
}

describe('The example “Dynamic pool for Shopify” in a real n8n', () => {
	let shopify: Shopify;
	let shop: Shop;
	let database: Database;

	beforeAll(async () => {
		shopify = await Shopify.open({ clientId: 'app', clientSecret, jobMilliseconds: 50 });
		shop = await openShop('postgres', 'dynamic-pool', { N8N_LOG_LEVEL: 'debug' });
		database = await shop.database.open();
		const [pools] = (await shop.rest.call('GET', '/credentials')) as Credential[];
		const access = await saveShopify('Shopify', clientSecret);
		const workflow = exampleWorkflow('dynamic-pool-shopify.json', pools);
		for (const node of workflow.nodes as NodeOfWorkflow[]) {
			if (node.parameters.shop === 'shopify') {
				node.credentials = { ...node.credentials, [access.type]: access };
			}
			if (node.type === 'n8n-nodes-base.scheduleTrigger') {
				// Neither an hour nor a day.
				node.parameters.rule = { interval: [{ field: 'seconds', secondsInterval: 2 }] };
			}
		}
		await shop.rest.saveWorkflow(workflow);
	});

	afterAll(async () => {
		await database?.close();
		await shop?.close();
		await shopify?.close();
	});

	async function saveShopify(name: string, secret: string): Promise<Credential> {
		const credential = {
			name,
			type: 'couponPoolsShopifyApi',
			data: {
				shopUrl: `${shopify.url}/`,
				authentication: 'clientCredentials',
				clientId: 'app',
				clientSecret: secret,
				apiVersion: '2026-10',
				sessionToken: '',
			},
		};
		const saved = await shop.rest.saveCredential(credential);
		await shop.rest.testCredential({ ...credential, id: saved.id });
		return saved;
	}

	async function codesHere(): Promise<string[]> {
		const rows = await database.query<{ code: string }>(
			'select code from :schema.codes order by code',
		);
		return rows.map(({ code }) => code);
	}

	async function isRedeemed(code: string): Promise<boolean> {
		const [row] = await database.query<{ redeemed: boolean }>(
			'select redeemed_at is not null as redeemed from :schema.assignments where code = $1',
			[code],
		);
		return row.redeemed;
	}

	async function abandonCart(email: string): Promise<string> {
		const json = { customer: { email } };
		const { status, body } = await callWebhook(shop.n8n.url, 'dynamic-pool-shopify', { json });
		expect(status).toBe(200);
		return body.code;
	}

	it('makes its pool and 500 codes, the same here and there', async () => {
		await until(async () => (await codesHere()).length >= 500);
		expect(await codesHere()).toEqual(shopify.store.codesOf('1001').sort());
		expect(shopify.store.codesOf('1001')).toHaveLength(500);
	});

	it('gives each cart a code that Shopify knows', async () => {
		const codes = await Promise.all(
			Array.from({ length: 20 }, async (_, n) => await abandonCart(`cart${n}@example.com`)),
		);
		expect(new Set(codes).size).toBe(20);
		for (const code of codes) {
			expect(code).toMatch(/^CART-[A-Z2-9]{4}-[A-Z2-9]{4}$/);
			expect(shopify.store.codesOf('1001')).toContain(code);
		}
		expect(await abandonCart('cart0@example.com')).toBe(codes[0]);
	});

	it('learns from Shopify which codes were used, with a new token when the old one has expired', async () => {
		const code = await abandonCart('used@example.com');
		shopify.expireTokens();
		const before = shopify.countOf('client_credentials');
		shopify.store.use(code);
		await until(async () => await isRedeemed(code));
		expect(shopify.countOf('client_credentials')).toBeGreaterThan(before);
	});

	it('goes on from the ready stock while Shopify is down, and refills when it is back', async () => {
		shopify.server.state = 'down';
		expect(await abandonCart('meanwhile@example.com')).toMatch(/^CART-/);
		await database.query(
			"update :schema.dynamic_pools set keep_in_stock = 600, refill_at = 599 where provider = 'shopify'",
		);
		shopify.server.state = 'up';
		await until(async () => (await codesHere()).length >= 520);
		await until(
			async () => (await codesHere()).join() === shopify.store.codesOf('1001').sort().join(),
		);
	});

	it('redeems the order that Shopify sends by webhook, if Shopify has signed it', async () => {
		const [pools] = (await shop.rest.call('GET', '/credentials')) as Credential[];
		const credential = {
			name: 'Webhooks of Shopify',
			type: 'couponPoolsWebhookSecretApi',
			data: { secret: webhookSecret },
		};
		const secret = await shop.rest.saveCredential(credential);
		await shop.rest.testCredential({ ...credential, id: secret.id });
		const workflow = exampleWorkflow('redemption.json', pools);
		for (const node of workflow.nodes as NodeOfWorkflow[]) {
			if (node.name !== 'Redeem the Codes') continue;
			node.parameters.redeemBy = 'signedOrder';
			node.credentials = { ...node.credentials, [secret.type]: secret };
		}
		await shop.rest.saveWorkflow(workflow);

		const code = await abandonCart('buyer@example.com');
		const order = shopifyOrder([code], { email: 'buyer@example.com' });
		const send = async (signedWith: string) =>
			await callWebhook(shop.n8n.url, 'order-paid', {
				json: order,
				headers: {
					'x-shopify-hmac-sha256': createHmac('sha256', signedWith)
						.update(JSON.stringify(order))
						.digest('base64'),
				},
			});

		expect((await send('a guess')).status).toBe(500);
		expect(await isRedeemed(code)).toBe(false);
		expect(await send(webhookSecret)).toMatchObject({ status: 200, body: { redeemed: 1 } });
		expect(await isRedeemed(code)).toBe(true);
	});

	it('shows its panels and the shops’ credentials without a complaint', async () => {
		for (const type of ['Magento', 'WooCommerce']) {
			const data = {
				shopUrl: shopify.url,
				accessToken: 'none',
				consumerKey: 'k',
				consumerSecret: 's',
			};
			await shop.rest.saveCredential({ name: type, type: `couponPools${type}Api`, data });
		}
		const editor = await openEditor(shop.n8n.url, owner);
		try {
			const { page } = editor;
			// n8n is at work on its schedules meanwhile.
			page.setDefaultTimeout(120_000);
			for (const [id, names] of Object.entries({
				CouponDynamicShopify: ['Create Pool', 'Refill', 'Assign Coupon'],
				CouponRedemption: ['Redeem the Codes'],
			})) {
				await page.goto(`${shop.n8n.url}/workflow/${id}`);
				for (const name of names) {
					const node = page.locator(`[data-test-id=canvas-node][data-node-name="${name}"]`);
					await node.first().dblclick();
					const panel = page.locator('[data-test-id=ndv]');
					await panel.locator('[data-test-id=node-parameters]').waitFor();
					await page.waitForTimeout(1000);
					expect(await panel.locator('[data-test-id=parameter-issues]').count()).toBe(0);
					await editor.picture(`panel-${id}-${name.toLowerCase().replaceAll(' ', '-')}`);
					await page.locator('[data-test-id=ndv-close-button]').click();
					await panel.waitFor({ state: 'hidden' });
				}
			}
			for (const name of ['Shopify', 'Magento', 'WooCommerce', 'Webhooks of Shopify']) {
				await page.goto(`${shop.n8n.url}/home/credentials`);
				await page.getByText(name, { exact: true }).first().click();
				await page.locator('[data-test-id=editCredential-modal]').waitFor();
				await page.waitForTimeout(2000);
				await editor.picture(`credential-${name.toLowerCase().replaceAll(' ', '-')}`);
			}
			expect(editor.faults).toEqual([]);
		} finally {
			await editor.close();
		}
	});

	it('has told no secret: not in n8n’s log, not in its executions, not in the pools', async () => {
		const failed = async () => {
			const sql = "select count(*)::int as count from execution_entity where status = 'error'";
			const [{ count }] = await query(shop.postgres.url('n8n'), sql);
			return count as number;
		};
		// By quoting what it was asked with, in each way in turn.
		for (const parrot of Object.values(parrots)) {
			const before = await failed();
			shopify.server.instead = parrot;
			await until(async () => (await failed()) > before);
		}
		shopify.server.instead = undefined;
		await expect(saveShopify('Wrong', 'another-secret-of-the-test')).rejects.toThrow(
			/does not work/,
		);

		const executions = await query(
			shop.postgres.url('n8n'),
			`select coalesce(string_agg(data, ' '), '') as text from execution_data`,
		);
		const log = readFileSync(shop.logFile('n8n'), 'utf8');
		const places = {
			log,
			executions: String(executions[0].text),
			rows: await allRowsOf(database),
		};
		expect(places.executions).toContain('does not let this app in');
		expect(places.rows).toContain('buyer@example.com');
		for (const [place, text] of Object.entries(places)) {
			for (const secret of [clientSecret, webhookSecret, 'another-secret-of-the-test', 'shpca_']) {
				expect([place, secret, text.includes(secret)]).toEqual([place, secret, false]);
			}
		}
	});
});
