import type { Provider } from './provider';
import { notUnderstood } from './transport';

/**
 * The provider, saying so where the shop's answer has another shape than its interface has: reading it fails with a
 * TypeError, at a place that differs with each answer.
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
				throw error instanceof TypeError ? notUnderstood(shop, error) : error;
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
