import { secretsInHeaders, withoutSecrets } from './secrets';
import { shopAddress } from './shop-address';
import type { ShopResponse, Transport } from './transport';

/** How a script gets into the shop. */
export interface FetchTransportSettings {
	/** The shop's address, such as `https://my-shop.myshopify.com`. */
	readonly shop: string;
	/**
	 * The headers that prove who asks.
	 *
	 * @param options.renew whether the last ones were refused, because a token has expired
	 */
	headers(options: { renew: boolean }): Promise<Record<string, string>>;
}

/** Sends requests with Node's own `fetch`. A refused token is renewed once. */
export function fetchTransport({ shop, headers }: FetchTransportSettings): Transport {
	return async (request) => {
		const send = async (renew: boolean): Promise<ShopResponse> => {
			const proof = await headers({ renew });
			const hasBody = request.body !== undefined;
			const response = await fetch(shopAddress(shop) + request.path, {
				method: request.method,
				headers: {
					accept: 'application/json',
					...(hasBody && { 'content-type': 'application/json' }),
					...proof,
				},
				...(hasBody && { body: JSON.stringify(request.body) }),
				signal: request.signal,
				redirect: 'manual',
			});
			return {
				status: response.status,
				headers: Object.fromEntries(response.headers),
				body: withoutSecrets(parsed(await response.text()), secretsInHeaders(proof)),
			};
		};
		const response = await send(false);
		return response.status === 401 ? await send(true) : response;
	};
}

function parsed(text: string): unknown {
	try {
		return JSON.parse(text) as unknown;
	} catch {
		return text;
	}
}
