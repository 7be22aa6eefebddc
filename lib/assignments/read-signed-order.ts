import { CouponPoolsError, invalidInput } from '../errors';
import { isSignedBy } from '../providers/signature';
import { readOrder, type Shop, type ShopOrder } from './read-order';

/** An order as a webhook has brought it. */
export interface SignedOrder {
	/** The bytes as they arrived. The signature is of these: parsed and serialized again, they would differ. */
	readonly body: Buffer | string;
	/** The value of the header in which the shop signs, see `signatureHeaders`. */
	readonly signature: string | undefined;
	/** What the shop signs with. */
	readonly secret: string;
}

/**
 * `readOrder` for an order that Shopify or WooCommerce has signed, so that somebody who has found out the webhook’s
 * address cannot pass codes off as used.
 *
 * @param item index of the item, for the error
 * @throws CouponPoolsError `order_not_signed`; `invalid_input` if it is no order, or no secret is given
 */
export function readSignedOrder(
	{ body, signature, secret }: SignedOrder,
	item?: number,
): ShopOrder & { shop: Shop } {
	if (secret === '') {
		throw invalidInput(
			'No secret is given with which the shop signs its orders',
			'Shopify: the client secret of the app, or the one under Settings → Notifications → Webhooks. WooCommerce: the Secret of the webhook.',
			item,
		);
	}
	if (!signature) {
		throw new CouponPoolsError('order_not_signed', 'The order carries no signature of a shop', {
			hint: 'Shopify signs in the header x-shopify-hmac-sha256, WooCommerce in x-wc-webhook-signature. Magento signs nothing.',
			item,
		});
	}
	if (!isSignedBy(secret, body, signature)) {
		throw new CouponPoolsError('order_not_signed', 'The order is not signed with this secret', {
			hint: 'If it does come from the shop: check the secret, and that the body is passed on as it arrived.',
			item,
		});
	}
	return readOrder(parsed(String(body)), item);
}

/** The message with which a shop first tries the address may not be JSON; it is no order either. */
function parsed(text: string): unknown {
	try {
		return JSON.parse(text) as unknown;
	} catch {
		return undefined;
	}
}
