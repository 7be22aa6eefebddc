import { createHmac } from 'node:crypto';

import { readSignedOrder, signatureHeaders, type SignedOrder } from '../../../lib';
import { allOf } from '../../support/all-of';
import { shopifyCheckout, shopifyOrder, wooOrder } from './shop-orders';

const secret = 'secret-of-the-webhook';
const sign = (body: string, by = secret) => createHmac('sha256', by).update(body).digest('base64');

/** Indented, as no step of a workflow would write it anew. */
const asSent = (order: object) => JSON.stringify(order, null, 1);

const body = asSent(shopifyOrder(['VIP-7F3K']));
const signed: SignedOrder = { body, signature: sign(body), secret };

describe('A signed order', () => {
	it.each([
		['Shopify', shopifyOrder(['VIP-7F3K']), { shop: 'shopify', codes: ['VIP-7F3K'] }],
		['WooCommerce', wooOrder(['vip-7f3k']), { shop: 'woocommerce', codes: ['vip-7f3k'] }],
	])('of %s is read', (_, order, read) => {
		const text = asSent(order);
		for (const bytes of [text, Buffer.from(text)]) {
			expect(readSignedOrder({ body: bytes, signature: sign(text), secret })).toMatchObject(read);
		}
	});

	it.each([
		['Shopify', shopifyCheckout(['VIP-7F3K'])],
		['WooCommerce', wooOrder(['vip-7f3k'], { status: 'checkout-draft' })],
	])('may be a cart of %s, which the signature does not tell', (_, cart) => {
		const text = asSent(cart);
		expect(readSignedOrder({ body: text, signature: sign(text), secret })).toMatchObject({
			void: 'not_placed',
		});
	});

	it.each<[string, Partial<SignedOrder>, RegExp]>([
		['without a signature', { signature: undefined }, /carries no signature/],
		['with an empty one', { signature: '' }, /carries no signature/],
		['with a part of it', { signature: sign(body).slice(0, 20) }, /not signed with this secret/],
		['signed by another', { signature: sign(body, 'other') }, /not signed with this secret/],
		['signed in other letters', { signature: 'ß'.repeat(40) }, /not signed with this secret/],
		['that was changed', { body: `${body} ` }, /not signed with this secret/],
		[
			'parsed and written anew',
			{ body: JSON.stringify(JSON.parse(body)) },
			/not signed with this secret/,
		],
	])('%s is refused, with what to do and without the secret', (_, changes, message) => {
		let failure: unknown;
		try {
			readSignedOrder({ ...signed, ...changes }, 3);
		} catch (error) {
			failure = error;
		}
		expect(failure).toMatchObject({
			code: 'order_not_signed',
			message: expect.stringMatching(message),
			hint: expect.stringMatching(/./),
			item: 3,
		});
		expect(allOf(failure)).not.toContain(secret);
		expect(allOf(failure)).not.toContain(sign(body));
	});

	it('is not believed where no secret is known', () => {
		const empty = { ...signed, signature: sign(body, ''), secret: '' };
		expect(() => readSignedOrder(empty)).toThrow(/No secret is given/);
	});

	it.each(['webhook_id=5', '{"id":1}', ''])('that is %j is no order', (text) => {
		expect(() => readSignedOrder({ body: text, signature: sign(text), secret })).toThrow(
			/not an order of Shopify, Magento or WooCommerce/,
		);
	});
});

it('The shops sign in these headers', () => {
	expect(signatureHeaders).toEqual({
		shopify: 'x-shopify-hmac-sha256',
		woocommerce: 'x-wc-webhook-signature',
	});
});
