import type { Provider } from './provider';
import { notUnderstood } from './transport';

/**
 * Wraps a provider so that it says so if the shop's answer has another shape than its API promises: reading such an
 * answer fails with a TypeError, or with a RangeError for a date that is none, at a different place each time.
 *
 * @param shop what errors call it
 */
export function understanding(shop: string, provider: Provider): Provider {
	const said =
		<Args extends unknown[], Answer>(work: (...args: Args) => Promise<Answer>) =>
		async (...args: Args): Promise<Answer> => {
			try {
				return await work(...args);
			} catch (error) {
				const isShape = error instanceof TypeError || error instanceof RangeError;
				throw isShape ? notUnderstood(shop, error) : error;
			}
		};
	return {
		...provider,
		lookUpRule: said(provider.lookUpRule),
		push: said(provider.push),
		poll: said(provider.poll),
		ask: said(provider.ask),
		findUsed: said(provider.findUsed),
	};
}
