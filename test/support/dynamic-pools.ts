import {
	fetchTransport,
	shopifyHeaders,
	shopifyProvider,
	type DynamicPool,
	type DynamicPoolSettings,
	type Provider,
} from '../../lib';
import type { Fixture } from './databases';
import type { Shopify } from './shopify';

let made = 0;

/** A provider for a stand-in of Shopify, which polls quickly. */
export function shopifyOf(shop: Pick<Shopify, 'url'>, accessToken = 'shpat_test'): Provider {
	const headers = shopifyHeaders(shop.url, { accessToken });
	const transport = fetchTransport({ shop: shop.url, headers });
	return shopifyProvider({ shop: shop.url, transport, pollEvery: 10 });
}

/** An empty dynamic pool for the stand-in's discount 1001. */
export async function dynamicPool(
	{ coupons }: Pick<Fixture, 'coupons'>,
	provider: Provider | undefined,
	settings: Partial<DynamicPoolSettings> = {},
): Promise<DynamicPool> {
	return await coupons.createDynamicPool(
		{ name: `Dynamic ${++made}`, rule: '1001', form: { prefix: 'D-' }, ...settings },
		provider,
	);
}

/** The codes that a pool has, in any state, and those that are on their way. */
export async function codesHere({ database }: Pick<Fixture, 'database'>, poolId: string) {
	const texts = async (table: string) =>
		(
			await database.query<{ code: string }>(
				`select code from :schema.${table} where pool_id = $1 order by code`,
				[poolId],
			)
		).map(({ code }) => code);
	return { stock: await texts('codes'), pending: await texts('refill_codes') };
}
