import { createHmac } from 'node:crypto';
import type { ICredentialTestFunctions, IDataObject, INodeExecutionData } from 'n8n-workflow';

import { couponPoolsWebhookSecretTest } from '../../nodes/shared/webhook-secret';
import { shopifyOrder, wooOrder } from '../lib/assignments/shop-orders';
import { allOf } from '../support/all-of';
import { runWorkflow } from '../support/run-workflow';
import { EmbeddedPools } from './embedded-pools';

const pools = new EmbeddedPools();
const secret = 'secret-of-the-webhook';

beforeAll(async () => await pools.use(async (coupons) => await coupons.ping()), 60_000);
afterAll(async () => await pools.drop());

const sign = (body: string, by = secret) => createHmac('sha256', by).update(body).digest('base64');

/** An item as n8n's Webhook node makes it with its option Raw Body. */
function arrived(order: object, headers: IDataObject, body = JSON.stringify(order, null, 1)) {
	const data = { data: Buffer.from(body).toString('base64'), mimeType: 'application/json' };
	const json = { headers, params: {}, query: {}, body: order as IDataObject };
	return { json, binary: { data } } as INodeExecutionData;
}

function signed(order: object, header = 'x-shopify-hmac-sha256') {
	return arrived(order, { [header]: sign(JSON.stringify(order, null, 1)) });
}

async function redeem(
	items: INodeExecutionData[],
	{ onError, ...parameters }: IDataObject & { onError?: 'continueErrorOutput' } = {},
) {
	const finished = await runWorkflow({
		credential: pools.credential,
		shops: { couponPoolsWebhookSecretApi: { secret: ` ${secret}\n` } },
		items,
		steps: [
			{
				node: 'ManageCoupons',
				parameters: {
					resource: 'code',
					operation: 'redeem',
					redeemBy: 'signedOrder',
					...parameters,
				},
				settings: { onError },
			},
		],
	});
	expect(allOf([finished.run.data.resultData, finished.error])).not.toContain(secret);
	return finished;
}

/** A code that Ann holds. */
async function givenCode(code: string): Promise<string> {
	const { id } = await pools.pool([code]);
	await pools.use(async (coupons) => await coupons.assign(id, [{ recipient: 'ann@example.com' }]));
	return id;
}

const isRedeemed = async (poolId: string) =>
	await pools.use(async (coupons) => (await coupons.checkThreshold(poolId)).redeemed);

it.each([
	['Shopify', shopifyOrder(['FROM-SHOPIFY']), 'x-shopify-hmac-sha256'],
	['WooCommerce', wooOrder(['FROM-WOO']), 'x-wc-webhook-signature'],
])('An order that %s has signed redeems its codes', async (shop, order, header) => {
	const poolId = await givenCode(`FROM-${shop === 'Shopify' ? 'SHOPIFY' : 'WOO'}`);
	const finished = await redeem([signed(order, header)]);
	expect(finished.json('ManageCoupons')).toMatchObject([{ shop: shop.toLowerCase(), redeemed: 1 }]);
	expect(await isRedeemed(poolId)).toBe(1);
});

it('An order whose raw body the item holds elsewhere, as n8n’s combined binary data does, is read too', async () => {
	const poolId = await givenCode('COMBINED-1');
	const { json, binary } = signed(shopifyOrder(['COMBINED-1']));
	const item = { json: { ...json, _files: { data: binary?.data } as unknown as IDataObject } };
	const finished = await redeem([item], { bodyField: '={{ $json._files.data }}' });
	expect(finished.error).toBeUndefined();
	expect(await isRedeemed(poolId)).toBe(1);
});

it.each<[string, (order: object) => INodeExecutionData, RegExp, RegExp]>([
	[
		'without a signature',
		(order) => arrived(order, {}),
		/carries no signature/,
		/x-shopify-hmac-sha256/,
	],
	[
		'that somebody else has signed',
		(order) => arrived(order, { 'x-shopify-hmac-sha256': sign(JSON.stringify(order), 'other') }),
		/not signed with this secret/,
		/check the secret/,
	],
	[
		'without its raw body',
		(order) => ({ json: signed(order).json }),
		/no raw body in the field "data"/,
		/Raw Body/,
	],
])('An order %s redeems nothing, and the error says what to do', async (_, sent, message, hint) => {
	const code = `REFUSED-${Math.random().toString(36).slice(2)}`;
	const poolId = await givenCode(code);
	const finished = await redeem([sent(shopifyOrder([code]))]);
	expect(finished.error?.message).toMatch(message);
	expect(finished.error?.description).toMatch(hint);
	expect(await isRedeemed(poolId)).toBe(0);
});

it('What was signed counts, not what a step has made of it', async () => {
	const poolId = await givenCode('NOT-IN-THE-ORDER');
	const item = signed(shopifyOrder(['SOMETHING-ELSE']));
	item.json.body = shopifyOrder(['NOT-IN-THE-ORDER']) as IDataObject;
	const finished = await redeem([item], { order: '={{ $json.body }}' });
	expect(finished.json('ManageCoupons')).toMatchObject([{ redeemed: 0 }]);
	expect(await isRedeemed(poolId)).toBe(0);
});

it('One that is not signed keeps no other back, where the node goes on', async () => {
	await givenCode('AMONG-OTHERS');
	const finished = await redeem(
		[arrived(shopifyOrder(['X']), {}), signed(shopifyOrder(['AMONG-OTHERS']))],
		{ onError: 'continueErrorOutput' },
	);
	expect(finished.json('ManageCoupons', 0)).toMatchObject([{ redeemed: 1 }]);
	expect(finished.json('ManageCoupons', 1)).toMatchObject([
		{ error: expect.stringContaining('carries no signature') },
	]);
});

it.each([
	['', 'Error', /empty/],
	['shpat_0123456789', 'Error', /token or a key/],
	['ck_0123456789', 'Error', /token or a key/],
	['shpss_0123456789', 'OK', /first signed order/],
	['anything at all', 'OK', /first signed order/],
])('The credential’s test says of %j: %s', async (given, status, message) => {
	const credential = { id: '1', name: 'Webhooks', type: '', data: { secret: given } };
	const result = await couponPoolsWebhookSecretTest.call(
		{} as ICredentialTestFunctions,
		credential,
	);
	expect(result).toMatchObject({ status, message: expect.stringMatching(message) });
});
