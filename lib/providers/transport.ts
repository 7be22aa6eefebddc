import { CouponPoolsError } from '../errors';
import type { Limits } from './provider';

/** A request to a shop, below its address. */
export interface ShopRequest {
	readonly method: 'GET' | 'POST' | 'PUT';
	/** What follows the shop's address, with a leading slash and the query. */
	readonly path: string;
	/** Sent as JSON. */
	readonly body?: unknown;
	/** The time allowed for it… */
	readonly timeoutMilliseconds: number;
	/** …at whose end this is aborted, as it is when the caller stops. */
	readonly signal: AbortSignal;
}

/** What the shop answered, whatever its status. Names of headers are in lower case. */
export interface ShopResponse {
	readonly status: number;
	readonly headers: Readonly<Record<string, unknown>>;
	/** Parsed if it is JSON; without the secrets of the request, in case the shop quotes them. */
	readonly body: unknown;
}

/**
 * How requests reach the shop: authenticated, and to its own address alone, wherever it may redirect. Throws only if
 * there was no answer. It is the library's only way to the shop, so that it works in a script as well as in n8n, which
 * has a way of its own.
 */
export type Transport = (request: ShopRequest) => Promise<ShopResponse>;

/** Milliseconds: longer than a shop takes, and shorter than other processes leave an unfinished refill alone. */
const LONGEST_REQUEST = 20_000;

/**
 * Sends a request within the caller's limits, whatever the transport makes of them: n8n's has no time limit for an
 * answer that trickles in, nor for requesting the token.
 *
 * @param shop what errors call it, such as `Shopify (https://…)`; no secret
 * @throws CouponPoolsError `shop_unreachable`: whether the shop did what was asked is unknown; `shop_refused` if it
 *   redirects to another address
 */
export async function sendTo(
	shop: string,
	transport: Transport,
	request: Pick<ShopRequest, 'method' | 'path' | 'body'>,
	{ deadline, signal: stop }: Limits,
): Promise<ShopResponse> {
	stop?.throwIfAborted();
	const timeoutMilliseconds = Math.ceil(Math.min(deadline - Date.now(), LONGEST_REQUEST));
	if (timeoutMilliseconds <= 0) {
		throw new TimeIsUp(shop, 'did not answer in time');
	}
	const timeout = AbortSignal.timeout(timeoutMilliseconds);
	const signal = stop ? AbortSignal.any([stop, timeout]) : timeout;
	let response: ShopResponse;
	try {
		response = await before(signal, transport({ ...request, timeoutMilliseconds, signal }));
	} catch (error) {
		stop?.throwIfAborted();
		if (error instanceof CouponPoolsError) {
			throw error;
		}
		throw unreachable(shop, `gave no answer (${nameOf(error)})`);
	}
	const { status, headers } = response;
	if (status >= 500) {
		throw unreachable(shop, `failed with HTTP ${status}`);
	}
	if (status >= 300 && status < 400) {
		throw movedTo(shop, String(headers.location ?? ''));
	}
	return response;
}

async function before<Answer>(end: AbortSignal, answer: Promise<Answer>): Promise<Answer> {
	return await new Promise((resolve, reject) => {
		end.addEventListener('abort', () => reject(end.reason as Error), { once: true });
		answer.then(resolve, reject);
	});
}

/** If the redirect were followed, it would turn a push into a GET, or take the token to somebody else. */
function movedTo(shop: string, location: string): CouponPoolsError {
	const place = URL.canParse(location) ? new URL(location).origin : 'another address';
	return new CouponPoolsError('shop_refused', `${shop} points to ${place}`, {
		hint: 'Give the address at which the shop itself answers, with https and with or without www.',
	});
}

const WHERE_TO_LOOK =
	'Check the address in the credential, and that the shop is up. Codes on their way are settled by the next refill.';

export function unreachable(shop: string, what: string): CouponPoolsError {
	return new CouponPoolsError('shop_unreachable', `${shop} ${what}`, { hint: WHERE_TO_LOOK });
}

/** For a shop that may be well, where the caller's time was too short. */
export class TimeIsUp extends CouponPoolsError {
	constructor(shop: string, what: string) {
		super('shop_unreachable', `${shop} ${what}`, { hint: WHERE_TO_LOOK });
	}
}

/** Something in front of a shop has answered in its place, or has changed its answer on the way. */
export function notUnderstood(shop: string, cause?: Error): CouponPoolsError {
	return new CouponPoolsError(
		'shop_unreachable',
		`${shop} gave an answer that is not of its interface`,
		{
			hint: 'Check the address in the credential: a login, a firewall or a maintenance page may answer there. Codes on their way are settled by the next refill.',
			cause,
		},
	);
}

/** The failure's name alone: errors of HTTP clients include the request with its headers, and so the secret. */
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
