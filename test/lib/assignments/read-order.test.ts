import { readOrder } from '../../../lib';
import { magentoOrder, shopifyCheckout, shopifyOrder, wooOrder } from './shop-orders';

describe('an order of a shop', () => {
	it('of Shopify has its codes once, its customer and its id', () => {
		expect(readOrder(shopifyOrder(['SD30', 'FREESHIP']))).toEqual({
			shop: 'shopify',
			orderId: '5893217321195',
			codes: ['SD30', 'FREESHIP'],
			customer: 'Ann@Example.com',
		});
	});

	it('of Shopify keeps an id that is too long for a number of JSON', () => {
		const order = JSON.parse(
			`{ "id": 820982911946154508, "discount_codes": [],
				"admin_graphql_api_id": "gid://shopify/Order/820982911946154508" }`,
		);
		expect(readOrder(order)).toMatchObject({ orderId: '820982911946154508', codes: [] });
	});

	it('of Shopify may come by GraphQL', () => {
		const order = {
			id: 'gid://shopify/Order/5893217321195',
			name: '#1217',
			email: 'ann@example.com',
			cancelledAt: null,
			displayFinancialStatus: 'PAID',
			discountCodes: ['SD30'],
		};
		expect(readOrder({ data: { order } })).toEqual({
			shop: 'shopify',
			orderId: '5893217321195',
			codes: ['SD30'],
			customer: 'ann@example.com',
		});
	});

	it('of Magento has one code, or none', () => {
		expect(readOrder(magentoOrder('MAG-1'))).toEqual({
			shop: 'magento',
			orderId: '000000042',
			codes: ['MAG-1'],
			customer: 'ann@example.com',
		});
		const without = magentoOrder(null);
		delete without.coupon_code;
		expect(readOrder(without)).toMatchObject({ shop: 'magento', codes: [] });
	});

	it('of WooCommerce has its coupon lines', () => {
		expect(readOrder(wooOrder(['save10', 'gift']))).toEqual({
			shop: 'woocommerce',
			orderId: '727',
			codes: ['save10', 'gift'],
			customer: 'ann@example.com',
		});
	});

	it.each([
		['a webhook of n8n', { headers: {}, params: {}, query: {}, body: magentoOrder('MAG-1') }],
		['an event of Adobe', { event: { data: { value: magentoOrder('MAG-1') } } }],
		['a call of the shop’s API', { order: magentoOrder('MAG-1') }],
	])('is found inside %s', (_, sent) => {
		expect(readOrder(sent)).toMatchObject({ orderId: '000000042', codes: ['MAG-1'] });
	});

	it.each([
		['cancelled', shopifyOrder(['A'], { cancelled_at: '2026-11-20T10:28:00-05:00' })],
		['cancelled', shopifyOrder(['A'], { financial_status: 'voided' })],
		['refunded', shopifyOrder(['A'], { financial_status: 'refunded' })],
		['cancelled', magentoOrder('A', { state: 'canceled', status: 'canceled' })],
		['refunded', magentoOrder('A', { state: 'closed', status: 'closed' })],
		['refunded', wooOrder(['A'], { status: 'refunded' })],
		['failed', wooOrder(['A'], { status: 'failed' })],
	])('that came to nothing is said to be %s', (reason, order) => {
		expect(readOrder(order)).toMatchObject({ void: reason });
	});

	it.each([
		['a cart of WooCommerce', wooOrder(['A'], { status: 'checkout-draft' })],
		['begun in WooCommerce’s administration', wooOrder(['A'], { status: 'auto-draft' })],
		['a draft of WooCommerce', wooOrder(['A'], { status: 'draft' })],
		['a checkout of Shopify', shopifyCheckout(['A'])],
		[
			'a checkout of Shopify whose order comes by itself',
			shopifyCheckout(['A'], { completed_at: '2026-08-30T18:45:02-04:00' }),
		],
		[
			'a draft of Shopify',
			shopifyOrder(['A'], { admin_graphql_api_id: 'gid://shopify/DraftOrder/7' }),
		],
		[
			'a checkout of Shopify by GraphQL',
			{ id: 'gid://shopify/AbandonedCheckout/7', discountCodes: ['A'] },
		],
	])('that is %s was not placed', (_, order) => {
		expect(readOrder(order)).toMatchObject({ codes: ['A'], void: 'not_placed' });
	});

	it.each(['constructor', '__proto__'])(
		'of the status %s, which says nothing, counts',
		(status) => {
			expect(readOrder(wooOrder(['A'], { status })).void).toBe(undefined);
		},
	);

	it('of which a part was given back still counts', () => {
		expect(readOrder(shopifyOrder(['A'], { financial_status: 'partially_refunded' })).void).toBe(
			undefined,
		);
	});

	it.each([[{}], [null], ['ORDER'], [[]], [{ id: 7, items: [] }], [{ body: { body: {} } }]])(
		'is not %j, which is said so with the item',
		(sent) => {
			expect(() => readOrder(sent, 3)).toThrow(
				expect.objectContaining({
					code: 'invalid_input',
					message: 'This is not an order of Shopify, Magento or WooCommerce',
					item: 3,
				}),
			);
		},
	);
});
