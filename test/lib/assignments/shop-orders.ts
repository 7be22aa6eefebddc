// Orders in the shapes in which shops send them, cut down to what is around the codes. Sources: the samples of
// Shopify's webhooks `orders/create` and `checkouts/create`, and of its REST Admin resource Order; Magento's `GET /rest/V1/orders/{id}`
// (OrderInterface, 2.4); WooCommerce's REST API v3 and its webhook `order.created`.

type Order = Record<string, unknown>;

export function shopifyOrder(codes: readonly string[], changes: Order = {}): Order {
	return {
		id: 5893217321195,
		admin_graphql_api_id: 'gid://shopify/Order/5893217321195',
		app_id: 580111,
		cancel_reason: null,
		cancelled_at: null,
		cart_token: 'Z2NwLWV1',
		checkout_id: 37021846011115,
		confirmed: true,
		contact_email: 'ann@example.com',
		created_at: '2026-08-30T18:45:02-04:00',
		currency: 'USD',
		discount_codes: codes.map((code) => ({ code, amount: '30.00', type: 'percentage' })),
		email: 'Ann@Example.com',
		financial_status: 'paid',
		fulfillment_status: null,
		name: '#1217',
		number: 217,
		order_number: 1217,
		test: false,
		total_discounts: '30.00',
		total_price: '70.00',
		customer: { id: 7604191985899, email: 'ann@example.com', verified_email: true },
		discount_applications: [
			...codes.map((code) => ({
				target_type: 'line_item',
				type: 'discount_code',
				value: '30.0',
				value_type: 'percentage',
				allocation_method: 'across',
				target_selection: 'all',
				code,
			})),
			{
				target_type: 'line_item',
				type: 'automatic',
				value: '100.0',
				value_type: 'percentage',
				allocation_method: 'each',
				target_selection: 'entitled',
				title: 'BUY 2 GET 1 FREE',
			},
		],
		line_items: [{ id: 15856130981982, quantity: 1, price: '100.00', discount_allocations: [] }],
		...changes,
	};
}

/** Of the webhooks `checkouts/create` and `checkouts/update`: what an order has, and a way back into the cart. */
export function shopifyCheckout(codes: readonly string[], changes: Order = {}): Order {
	const url = 'https://my-shop.example/1/checkouts/ac/Z2NwLWV1/recover?key=1';
	const { id, discount_codes, email, line_items, total_discounts, total_price } =
		shopifyOrder(codes);
	return {
		...{ id, discount_codes, email, line_items, total_discounts, total_price },
		abandoned_checkout_url: url,
		cart_token: 'Z2NwLWV1',
		completed_at: null,
		...changes,
	};
}

export function magentoOrder(code: string | null, changes: Order = {}): Order {
	return {
		applied_rule_ids: '4',
		base_currency_code: 'EUR',
		base_discount_amount: -10,
		base_grand_total: 90,
		coupon_code: code,
		created_at: '2026-11-20 10:28:00',
		customer_email: 'ann@example.com',
		customer_is_guest: 1,
		discount_amount: -10,
		discount_description: code,
		entity_id: 42,
		grand_total: 90,
		increment_id: '000000042',
		items: [{ item_id: 57, sku: 'MH01', discount_amount: 10 }],
		state: 'processing',
		status: 'processing',
		store_id: 1,
		extension_attributes: {},
		...changes,
	};
}

export function wooOrder(codes: readonly string[], changes: Order = {}): Order {
	return {
		id: 727,
		parent_id: 0,
		number: '727',
		created_via: 'checkout',
		status: 'processing',
		currency: 'USD',
		discount_total: '5.00',
		total: '29.35',
		customer_id: 0,
		billing: { first_name: 'Ann', email: 'ann@example.com', country: 'US' },
		line_items: [{ id: 315, name: 'Beanie', quantity: 1 }],
		shipping_lines: [],
		fee_lines: [],
		coupon_lines: codes.map((code, index) => ({
			id: 470 + index,
			code,
			discount: '5.00',
			discount_tax: '0.00',
			meta_data: [],
		})),
		refunds: [],
		...changes,
	};
}
