import type { IExecuteFunctions, IHttpRequestOptions, INodeProperties } from 'n8n-workflow';
import { magentoProvider, shopifyProvider, woocommerceProvider } from '../../lib';
import type { Provider, ShopResponse, Transport } from '../../lib';

/** The shops in which codes can be made, as panels name them. */
const shopOptions = [
	{
		name: 'Magento',
		value: 'magento',
		description: 'Or Adobe Commerce: coupons of a cart price rule',
	},
	{ name: 'Shopify', value: 'shopify', description: 'Codes of a discount' },
	{ name: 'WooCommerce', value: 'woocommerce', description: 'Copies of a template coupon' },
];

/**
 * The shop that a node makes codes in. A node that has it names the three shops' credentials, each shown for its
 * shop.
 */
export function shopField(
	field: Pick<INodeProperties, 'displayName' | 'description' | 'displayOptions'>,
	otherwise: { name: string; value: string; description: string },
): INodeProperties {
	return {
		name: 'shop',
		type: 'options',
		noDataExpression: true,
		options: [...shopOptions, otherwise].sort((one, other) => one.name.localeCompare(other.name)),
		default: otherwise.value,
		...field,
	};
}

const credentials: Readonly<Record<string, string>> = {
	magento: 'couponPoolsMagentoApi',
	shopify: 'couponPoolsShopifyApi',
	woocommerce: 'couponPoolsWooCommerceApi',
};

/** The shop that is chosen on the node, by its credential; none if it is no shop. */
export async function providerOfNode(context: IExecuteFunctions): Promise<Provider | undefined> {
	const name = context.getNodeParameter('shop', 0, 'none') as string;
	if (!Object.hasOwn(credentials, name)) return undefined;
	const credential = await context.getCredentials<{ shopUrl: string; apiVersion?: string }>(
		credentials[name],
	);
	const shop = credential.shopUrl.trim().replace(/\/+$/, '');
	const transport = transportOf(context, credentials[name], shop);
	switch (name) {
		case 'magento':
			return magentoProvider({ shop, transport });
		case 'woocommerce':
			return woocommerceProvider({ shop, transport });
		default:
			return shopifyProvider({ shop, apiVersion: credential.apiVersion, transport });
	}
}

/** Requests by n8n's own helper, which knows its proxy, its rules for outgoing requests, and how to authenticate. */
function transportOf(context: IExecuteFunctions, credential: string, shop: string): Transport {
	return async ({ method, path, body, timeoutMilliseconds }) => {
		const options: IHttpRequestOptions = {
			method,
			url: shop + path,
			...(body !== undefined && { body: body as IHttpRequestOptions['body'], json: true }),
			headers: { accept: 'application/json' },
			timeout: Math.ceil(timeoutMilliseconds),
			returnFullResponse: true,
			// Of a refused token n8n must hear, so that it asks for a new one and tries again.
			ignoreHttpStatusErrors: { ignore: true, except: [401] },
		};
		try {
			const answer = (await context.helpers.httpRequestWithAuthentication.call(
				context,
				credential,
				options,
			)) as { statusCode: number; headers: ShopResponse['headers']; body: unknown };
			return { status: answer.statusCode, headers: answer.headers, body: parsed(answer.body) };
		} catch (failure) {
			const { httpCode } = failure as { httpCode?: unknown };
			if (String(httpCode) === '401') return { status: 401, headers: {}, body: undefined };
			throw asTransportFailure(failure);
		}
	};
}

function parsed(body: unknown): unknown {
	if (typeof body !== 'string') return body;
	try {
		return JSON.parse(body);
	} catch {
		return body;
	}
}

/** What the library needs of a failure is its name; the rest of n8n's error may hold the request. */
function asTransportFailure(failure: unknown): Error {
	const { code, cause } = failure as { code?: unknown; cause?: { code?: unknown } };
	const name = code ?? cause?.code;
	return Object.assign(new Error('The request failed'), typeof name === 'string' && { code: name });
}
