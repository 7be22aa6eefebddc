import { CouponPoolsError } from '../errors';
import type { Limits } from './provider';

/** A request to a shop, below its address. */
export interface ShopRequest {
	readonly method: 'GET' | 'POST' | 'PUT';
	/** From the shop's address on, with a leading slash and its query. */
	readonly path: string;
	/** Sent as JSON. */
	readonly body?: unknown;
	readonly timeoutMilliseconds: number;
	readonly signal?: AbortSignal;
}

/** What the shop answered, whatever its status; the body parsed if it is JSON. Names of headers are in lower case. */
export interface ShopResponse {
	readonly status: number;
	readonly headers: Readonly<Record<string, unknown>>;
	readonly body: unknown;
}

/**
 * How requests reach the shop: authenticated, and within their time. Throws only where there was no answer. It is
 * the library's only way out, so that it works in a script as well as in n8n, which has a way of its own.
 */
export type Transport = (request: ShopRequest) => Promise<ShopResponse>;

/** Longer than a shop takes, and shorter than others leave an unfinished refill alone. */
const LONGEST_REQUEST = 20_000;

/**
 * Sends a request within the caller's limits.
 *
 * @param shop what errors call it, as `Shopify (https://…)`; no secret
 * @throws CouponPoolsError `shop_unreachable`: whether the shop did what was asked is unknown
 */
export async function sendTo(
	shop: string,
	transport: Transport,
	request: Pick<ShopRequest, 'method' | 'path' | 'body'>,
	{ deadline, signal }: Limits,
): Promise<ShopResponse> {
	signal?.throwIfAborted();
	const left = deadline - Date.now();
	if (left <= 0) {
		throw unreachable(shop, 'did not answer in time');
	}
	let response: ShopResponse;
	try {
		const timeoutMilliseconds = Math.min(left, LONGEST_REQUEST);
		response = await transport({ ...request, timeoutMilliseconds, signal });
	} catch (error) {
		signal?.throwIfAborted();
		if (error instanceof CouponPoolsError) {
			throw error;
		}
		throw unreachable(shop, `gave no answer (${nameOf(error)})`);
	}
	if (response.status >= 500) {
		throw unreachable(shop, `failed with HTTP ${response.status}`);
	}
	return response;
}

export function unreachable(shop: string, what: string): CouponPoolsError {
	return new CouponPoolsError('shop_unreachable', `${shop} ${what}`, {
		hint: 'Check the address in the credential, and that the shop is up. Codes on their way are settled by the next refill.',
	});
}

/** The failure's name alone: errors of HTTP clients carry the request with its headers, and so the secret. */
function nameOf(error: unknown): string {
	const { code, name, cause } = error as { code?: unknown; name?: string; cause?: unknown };
	if (typeof code === 'string' && /^[A-Z_]+$/.test(code)) {
		return code;
	}
	if (cause !== undefined && cause !== null && cause !== error) {
		return nameOf(cause);
	}
	return name === 'TimeoutError' || name === 'AbortError' ? 'timed out' : 'the connection failed';
}
