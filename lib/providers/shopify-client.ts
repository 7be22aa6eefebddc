import { setTimeout as sleep } from 'node:timers/promises';
import { CouponPoolsError } from '../errors';
import type { Limits } from './provider';
import {
	notUnderstood,
	sendTo,
	TimeIsUp,
	unreachable,
	type ShopResponse,
	type Transport,
} from './transport';

/** The version of Shopify's Admin API that the requests are written for. */
const SHOPIFY_API_VERSION = '2026-10';

export interface ShopifySettings {
	/** Such as `https://my-shop.myshopify.com`. */
	readonly shop: string;
	/** Default `2026-10`. */
	readonly apiVersion?: string;
	readonly transport: Transport;
	/** Milliseconds between two looks at a job. Default 500. */
	readonly pollEvery?: number;
}

/** Runs one GraphQL request and returns its data; waits if the shop says that it is asked too much. */
export type AskShopify = <Data>(
	document: string,
	variables: object,
	limits: Limits,
) => Promise<Data>;

/**
 * @param name what errors call the shop
 * @throws CouponPoolsError (of the returned function) `shop_refused`; `shop_unreachable`
 */
export function shopifyClient(
	{ apiVersion, transport }: Pick<ShopifySettings, 'apiVersion' | 'transport'>,
	name: string,
): AskShopify {
	const path = `/admin/api/${apiVersion || SHOPIFY_API_VERSION}/graphql.json`;
	return async <Data>(query: string, variables: object, limits: Limits): Promise<Data> => {
		for (;;) {
			const response = await sendTo(
				name,
				transport,
				{ method: 'POST', path, body: { query, variables } },
				limits,
			);
			const pause = pauseOf(response);
			if (pause === null) {
				return dataOf<Data>(response, name);
			}
			if (Date.now() + pause > limits.deadline) {
				throw new TimeIsUp(name, 'is at its rate limit, and the time is up');
			}
			await sleep(pause, undefined, { signal: limits.signal });
		}
	};
}

/** Where a page of a list ends. */
export interface PageInfo {
	readonly hasNextPage: boolean;
	readonly endCursor: string | null;
}

/**
 * Reads page after page.
 *
 * @returns whether the list was read to its end; false if there was no list
 */
export async function readPages(
	read: (after: string | null) => Promise<PageInfo | undefined>,
): Promise<boolean> {
	let after: string | null = null;
	for (;;) {
		const page: PageInfo | undefined = await read(after);
		if (page === undefined || !page.hasNextPage) {
			return page !== undefined;
		}
		after = page.endCursor;
	}
}

interface Answer {
	data?: unknown;
	errors?: unknown;
	extensions?: {
		cost?: {
			requestedQueryCost?: number;
			throttleStatus?: { currentlyAvailable?: number; restoreRate?: number };
		};
	};
}

interface GraphqlError {
	message?: string;
	extensions?: { code?: string; requiredAccess?: string };
}

/**
 * Milliseconds to wait before the same request can succeed; null if it was done.
 *
 * Shopify says so either by HTTP 429, or by 200 and an error `THROTTLED`: the request costs more points than the app's
 * bucket has at the moment.
 */
function pauseOf({ status, headers, body }: ShopResponse): number | null {
	const { extensions } = answerOf(body);
	const isThrottled = errorsOf(body).some((error) => error.extensions?.code === 'THROTTLED');
	if (status !== 429 && !isThrottled) {
		return null;
	}
	const { requestedQueryCost = 0, throttleStatus = {} } = extensions?.cost ?? {};
	const { currentlyAvailable = 0, restoreRate = 0 } = throttleStatus;
	if (restoreRate > 0) {
		const missing = Math.max(requestedQueryCost - currentlyAvailable, 1);
		return Math.max((missing / restoreRate) * 1000, 50);
	}
	const seconds = Number(headers['retry-after']);
	return (seconds > 0 ? seconds : 1) * 1000;
}

function dataOf<Data>({ status, body }: ShopResponse, shop: string): Data {
	const [error] = errorsOf(body);
	if (status === 401 || status === 403) {
		throw refused(
			shop,
			'does not let this app in',
			'Check the credential: client ID and secret, or the access token, which begins with shpat_. The app must be installed in the shop.',
		);
	}
	if (status === 402 || status === 423) {
		throw refused(
			shop,
			`is closed (HTTP ${status})`,
			'The shop is frozen or locked: open it in its administration.',
		);
	}
	if (status === 404) {
		throw refused(
			shop,
			'has no such interface',
			'Check the shop’s address and the API version in the credential.',
		);
	}
	if (error?.extensions?.code === 'ACCESS_DENIED') {
		throw refused(
			shop,
			`denies access: ${error.message ?? ''}`,
			`Give the app the scopes read_discounts and write_discounts${error.extensions.requiredAccess ? ` (it says: ${error.extensions.requiredAccess})` : ''}, and install it again.`,
		);
	}
	if (error?.extensions?.code === 'INTERNAL_SERVER_ERROR') {
		throw unreachable(shop, `failed: ${error.message ?? ''}`);
	}
	const { data } = answerOf(body);
	if (error === undefined && status < 400 && (typeof data !== 'object' || data === null)) {
		throw notUnderstood(shop);
	}
	if (error !== undefined || status >= 400) {
		throw refused(
			shop,
			`does not understand the request: ${error?.message ?? `HTTP ${status}`}`,
			'Check the API version in the credential.',
		);
	}
	return data as Data;
}

export function refused(shop: string, what: string, hint: string): CouponPoolsError {
	return new CouponPoolsError('shop_refused', `${shop} ${what}`, { hint });
}

function answerOf(body: unknown): Answer {
	return typeof body === 'object' && body !== null ? body : {};
}

/** If the token is wrong, `errors` is a text. */
function errorsOf(body: unknown): GraphqlError[] {
	const { errors } = answerOf(body);
	return Array.isArray(errors) ? (errors as GraphqlError[]) : [];
}
