import { createHmac, timingSafeEqual } from 'node:crypto';

/** The header in which a shop signs its webhooks. Magento does not sign. */
export const signatureHeaders = {
	shopify: 'x-shopify-hmac-sha256',
	woocommerce: 'x-wc-webhook-signature',
} as const;

/**
 * Whether a webhook comes from the shop: both sign the body as it was sent with the secret, as HMAC-SHA256 in base64.
 *
 * @param body the bytes as they arrived; parsed and serialized again, they would differ
 * @param signature the header's value; a missing one is never right
 */
export function isSignedBy(
	secret: string,
	body: Buffer | string,
	signature: string | undefined,
): boolean {
	if (secret === '' || !signature) {
		return false;
	}
	const right = createHmac('sha256', secret).update(body).digest();
	const given = Buffer.from(signature, 'base64');
	return given.length === right.length && timingSafeEqual(given, right);
}
