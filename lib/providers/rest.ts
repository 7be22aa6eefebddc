import { setTimeout as sleep } from 'node:timers/promises';
import { CouponPoolsError } from '../errors';
import type { Limits } from './provider';
import {
	notUnderstood,
	sendTo,
	TimeIsUp,
	type ShopRequest,
	type ShopResponse,
	type Transport,
} from './transport';

/** Asks a shop with a REST interface. */
export type AskRest = (
	request: Pick<ShopRequest, 'method' | 'path' | 'body'>,
	limits: Limits,
) => Promise<Pick<ShopResponse, 'status' | 'body'>>;

/**
 * @param shop what errors call it
 * @param reasonOf finds the shop's words in an answer that is an error
 * @param rights what to do where the shop denies access
 * @throws CouponPoolsError (of the returned function) `shop_refused` if access is denied; `shop_unreachable`, also if a
 *   successful answer is not JSON
 */
export function restClient(
	shop: string,
	transport: Transport,
	{ reasonOf, rights }: { reasonOf(body: unknown): string; rights: string },
): AskRest {
	return async (request, limits) => {
		for (;;) {
			const { status, headers, body } = await sendTo(shop, transport, request, limits);
			if (status === 401 || status === 403) {
				const message = `${shop} denies access: ${reasonOf(body)}`;
				throw new CouponPoolsError('shop_refused', message, { hint: rights });
			}
			if (status < 400 && (typeof body !== 'object' || body === null)) {
				throw notUnderstood(shop);
			}
			if (status !== 429) {
				return { status, body };
			}
			const pause = Math.max(Number(headers['retry-after']) || 1, 0.05) * 1000;
			if (Date.now() + pause > limits.deadline) {
				throw new TimeIsUp(shop, 'is at its rate limit, and the time is up');
			}
			await sleep(pause, undefined, { signal: limits.signal });
		}
	};
}

/** How many requests a shop gets at once: it has its customers to serve as well. */
const AT_ONCE = 5;

/**
 * Does the work for each code, several at once; the answers are in the order of the codes. After a failure, no more
 * work is begun, and what is under way is waited for.
 */
export async function inTurns<Answer>(
	codes: readonly string[],
	work: (code: string) => Promise<Answer>,
): Promise<Answer[]> {
	const answers: Answer[] = [];
	for (let start = 0; start < codes.length; start += AT_ONCE) {
		const some = codes.slice(start, start + AT_ONCE);
		const ended = await Promise.allSettled(some.map(async (code) => await work(code)));
		for (const one of ended) {
			if (one.status === 'rejected') {
				throw one.reason;
			}
			answers.push(one.value);
		}
	}
	return answers;
}
