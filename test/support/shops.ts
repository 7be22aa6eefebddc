import {
	fetchTransport,
	magentoProvider,
	shopifyHeaders,
	shopifyProvider,
	woocommerceProvider,
	type Provider,
} from '../../lib';
import { Magento } from './magento';
import type { ShopServer } from './shop-server';
import { Shopify } from './shopify';
import { WooCommerce } from './woocommerce';

/** A stand-in, and the way into it. */
export interface OpenShop {
	readonly server: ShopServer;
	readonly provider: Provider;
	/** What proves who asks. */
	readonly secrets: readonly string[];
	/** Its rule, as people name it and as its API does. */
	readonly rule: string;
	readonly ruleId: string;
	close(): Promise<void>;
}

/** Each shop, by each of the ways into it. */
export const shops: Readonly<Record<string, () => Promise<OpenShop>>> = {
	'Shopify with a token': async () => {
		const accessToken = 'shpat_of-the-test';
		const shop = await Shopify.open({ accessToken });
		return openShopify(shop, [accessToken], shopifyHeaders(shop.url, { accessToken }));
	},
	'Shopify with a client ID and secret': async () => {
		const access = { clientId: 'app', clientSecret: 'client-secret-of-the-test' };
		const shop = await Shopify.open(access);
		return openShopify(shop, [access.clientSecret, 'shpca_'], shopifyHeaders(shop.url, access));
	},
	Magento: async () => {
		const token = 'magento-token-of-the-test';
		const shop = await Magento.open(token);
		const headers = async () => ({ authorization: `Bearer ${token}` });
		const transport = fetchTransport({ shop: shop.url, headers });
		return {
			server: shop.server,
			provider: magentoProvider({ shop: shop.url, transport }),
			secrets: [token],
			rule: '7',
			ruleId: '7',
			close: async () => await shop.close(),
		};
	},
	WooCommerce: async () => {
		const secret = 'cs_of-the-test';
		const shop = await WooCommerce.open(secret);
		const basic = Buffer.from(`ck_key:${secret}`).toString('base64');
		const headers = async () => ({ authorization: `Basic ${basic}` });
		const transport = fetchTransport({ shop: shop.url, headers });
		return {
			server: shop.server,
			provider: woocommerceProvider({ shop: shop.url, transport }),
			secrets: [secret, basic],
			rule: '100',
			ruleId: '100',
			close: async () => await shop.close(),
		};
	},
};

function openShopify(
	shop: Shopify,
	secrets: readonly string[],
	headers: ReturnType<typeof shopifyHeaders>,
): OpenShop {
	const transport = fetchTransport({ shop: shop.url, headers });
	return {
		server: shop.server,
		provider: shopifyProvider({ shop: shop.url, transport, pollEvery: 10 }),
		secrets,
		rule: '1001',
		ruleId: 'gid://shopify/DiscountCodeNode/1001',
		close: async () => await shop.close(),
	};
}

/** Everything that a shop can be asked, within this many milliseconds. */
export function questions({ provider, rule, ruleId }: OpenShop) {
	const order = { ruleId, reference: 'test', expiresAt: null };
	const codes = ['CODE-1', 'CODE-2'];
	return {
		lookUpRule: async (deadline: number) => await provider.lookUpRule(rule, { deadline }),
		push: async (deadline: number) => await provider.push(codes, order, { deadline }),
		poll: async (deadline: number) => await provider.poll('gid://shopify/Job/1', { deadline }),
		ask: async (deadline: number) => await provider.ask(codes, order, { deadline }),
		findUsed: async (deadline: number) => await provider.findUsed(codes, ruleId, { deadline }),
	};
}
