import { invalidInput } from '../errors';

/** What a redemption needs from an order. */
export interface ShopOrder {
	/** Empty where it is not known. */
	readonly orderId: string;
	readonly codes: readonly string[];
	/** The customer's e-mail address, or the recipient itself. */
	readonly customer?: string;
	/** Why the order redeems nothing: it came to nothing, or is not an order yet. */
	readonly void?: 'cancelled' | 'refunded' | 'failed' | 'not_placed';
}

type Fields = Readonly<Record<string, unknown>>;

/**
 * Reads the order that a shop sends: Shopify's (REST and webhooks: `discount_codes`, `discount_applications`;
 * GraphQL: `discountCodes`), Magento's (`coupon_code`) or WooCommerce's (`coupon_lines`), as it is or inside `body`,
 * `order`, `data` or `value`.
 *
 * Sources: Shopify's REST Order resource and webhook samples, Magento's OrderInterface
 * (`GET /V1/orders/{id}`), WooCommerce's REST API v3 Orders.
 *
 * @param item index of the item, for the error
 * @throws CouponPoolsError `invalid_input` if it is none of these
 */
export function readOrder(sent: unknown, item?: number): ShopOrder & { shop: Shop } {
	const found = findOrder(sent);
	if (found === undefined) {
		throw invalidInput(
			'This is not an order of Shopify, Magento or WooCommerce',
			'Pass on the whole order as the shop sends it, such as {{ $json.body }} after a webhook; or choose to redeem by code.',
			item,
		);
	}
	const { shop, order } = found;
	return { shop, ...readers[shop](order) };
}

/** Whose order it is. */
export type Shop = 'shopify' | 'magento' | 'woocommerce';

const readers: Readonly<Record<Shop, (order: Fields) => ShopOrder>> = {
	shopify: (order) => ({
		orderId: shopifyId(order),
		codes: distinct([
			...fieldsIn(order.discount_codes).map(({ code }) => code),
			// Only codes: scripts, automatic and manual discounts have none.
			...fieldsIn(order.discount_applications).map(({ code }) => code),
			...listIn(order.discountCodes),
		]),
		...customer(order.email, order.contact_email, fieldsOf(order.customer).email),
		...voided(
			isBeforeOrder(order) ? 'draft' : '',
			order.cancelled_at || order.cancelledAt ? 'cancelled' : order.financial_status,
			order.displayFinancialStatus,
		),
	}),
	magento: (order) => ({
		orderId: textOf(order.increment_id) || textOf(order.entity_id),
		codes: distinct([order.coupon_code]),
		...customer(order.customer_email),
		...voided(order.state, order.status),
	}),
	woocommerce: (order) => ({
		orderId: textOf(order.id) || textOf(order.number),
		codes: distinct(fieldsIn(order.coupon_lines).map(({ code }) => code)),
		...customer(fieldsOf(order.billing).email),
		...voided(order.status),
	}),
};

function shopOf(order: Fields): Shop | undefined {
	if (Array.isArray(order.coupon_lines)) {
		return 'woocommerce';
	}
	if (
		[order.discount_codes, order.discount_applications, order.discountCodes].some(Array.isArray)
	) {
		return 'shopify';
	}
	// An order without a coupon may lack the field.
	return 'coupon_code' in order || ('increment_id' in order && 'customer_email' in order)
		? 'magento'
		: undefined;
}

/** Where webhooks, events and list calls put the order. */
const WRAPPERS = ['body', 'order', 'data', 'event', 'value', 'payload'];

function findOrder(sent: unknown, depth = 0): { shop: Shop; order: Fields } | undefined {
	const order = fieldsOf(sent);
	const shop = shopOf(order);
	if (shop !== undefined) {
		return { shop, order };
	}
	if (depth === WRAPPERS.length) {
		return undefined;
	}
	for (const wrapper of WRAPPERS) {
		const found = wrapper in order ? findOrder(order[wrapper], depth + 1) : undefined;
		if (found !== undefined) {
			return found;
		}
	}
	return undefined;
}

/**
 * Whether it is a checkout, which may have been abandoned, or a draft. Both have discount codes like an order, and
 * Shopify signs them with the same secret. Orders name their checkout and cart too, but have no link back to them.
 */
function isBeforeOrder(order: Fields): boolean {
	return (
		('abandoned_checkout_url' in order && 'completed_at' in order) ||
		/^gid:\/\/shopify\/(?!Order\/)/.test(globalId(order))
	);
}

/** Shopify's numbers may exceed 2^53, where parsing JSON changes them; the global id is a text. */
function shopifyId(order: Fields): string {
	const global = /^gid:\/\/shopify\/Order\/(\d+)/.exec(globalId(order));
	return global?.[1] ?? (textOf(order.id) || textOf(order.name));
}

function globalId(order: Fields): string {
	return textOf(order.admin_graphql_api_id) || textOf(order.id);
}

/** Each shop's words for an order that came to nothing, was refunded as a whole, or is not an order yet. */
const VOID: Readonly<Record<string, NonNullable<ShopOrder['void']>>> = {
	cancelled: 'cancelled',
	canceled: 'cancelled',
	voided: 'cancelled',
	trash: 'cancelled',
	refunded: 'refunded',
	// Magento closes an order when all of it was refunded.
	closed: 'refunded',
	failed: 'failed',
	// WooCommerce stores the carts of its block checkout, and what is begun in its administration, as orders.
	'checkout-draft': 'not_placed',
	'auto-draft': 'not_placed',
	draft: 'not_placed',
};

function voided(...statuses: unknown[]): { void?: ShopOrder['void'] } {
	const status = statuses
		.map((one) => textOf(one).toLowerCase())
		.find((one) => Object.hasOwn(VOID, one));
	return status === undefined ? {} : { void: VOID[status] };
}

function customer(...emails: unknown[]): { customer?: string } {
	const email = emails.map(textOf).find(Boolean);
	return email === undefined ? {} : { customer: email };
}

function distinct(codes: readonly unknown[]): string[] {
	return [...new Set(codes.map(textOf).filter(Boolean))];
}

function listIn(value: unknown): unknown[] {
	return Array.isArray(value) ? value : [];
}

function fieldsIn(value: unknown): Fields[] {
	return listIn(value).map(fieldsOf);
}

function fieldsOf(value: unknown): Fields {
	return typeof value === 'object' && value !== null ? (value as Fields) : {};
}

function textOf(value: unknown): string {
	return typeof value === 'string' || typeof value === 'number' ? String(value).trim() : '';
}
