import { shopAddress } from './shop-address';
import { refused } from './shopify-client';
import { unreachable } from './transport';

/** How an app proves who it is: by a lasting token, or by what it requests a token for a day with. */
export type ShopifyAccess =
	| { readonly accessToken: string }
	| { readonly clientId: string; readonly clientSecret: string };

/** The headers for a shop's requests. A token for a day is requested when there is none, or when it has expired. */
export function shopifyHeaders(
	shop: string,
	access: ShopifyAccess,
): (options: { renew: boolean }) => Promise<Record<string, string>> {
	let token: Promise<string> | undefined =
		'accessToken' in access ? Promise.resolve(access.accessToken) : undefined;
	return async ({ renew }) => {
		if ('clientId' in access && (token === undefined || renew)) {
			token = askForToken(shop, access);
			// A failure is not remembered: the next request tries again.
			token.catch(() => (token = undefined));
		}
		return { 'x-shopify-access-token': (await token) ?? '' };
	};
}

const LONGEST_WAIT = 20_000;

/** Shopify's client credentials grant. It has no refresh token: one asks again. */
async function askForToken(
	shop: string,
	{ clientId, clientSecret }: { clientId: string; clientSecret: string },
): Promise<string> {
	const name = `Shopify (${shopAddress(shop)})`;
	const response = await fetch(`${shopAddress(shop)}/admin/oauth/access_token`, {
		method: 'POST',
		body: new URLSearchParams({
			client_id: clientId,
			client_secret: clientSecret,
			grant_type: 'client_credentials',
		}),
		signal: AbortSignal.timeout(LONGEST_WAIT),
		redirect: 'manual',
	});
	if (response.status >= 500) {
		throw unreachable(name, `failed with HTTP ${response.status}`);
	}
	const answer = (await response.json().catch(() => null)) as { access_token?: unknown } | null;
	const token = answer?.access_token;
	if (!response.ok || typeof token !== 'string') {
		throw refused(
			name,
			'does not accept client ID and secret',
			'Check them in the credential. The app must belong to the same organisation as the shop, and be installed in it.',
		);
	}
	return token;
}
