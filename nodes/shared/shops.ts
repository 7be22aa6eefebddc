import type {
	IExecuteFunctions,
	IHttpRequestOptions,
	INodeProperties,
	NodeApiError,
} from 'n8n-workflow';
import {
	magentoProvider,
	shopAddress,
	shopifyProvider,
	withoutSecrets,
	woocommerceProvider,
} from '../../lib';
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
 * The shop that a node makes codes in. A node with this field names the three shops' credentials, each shown for its
 * shop.
 *
 * @param otherwise what else can be chosen. Without another choice, n8n would take the field for the choice of a
 *   credential, which it hides, and with it the fields that depend on it.
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

/** What a credential for a shop may hold. */
interface ShopCredential {
	readonly shopUrl: string;
	readonly apiVersion?: string;
	readonly accessToken?: string;
	readonly sessionToken?: string;
	readonly clientSecret?: string;
	readonly consumerKey?: string;
	readonly consumerSecret?: string;
}

/** The shop that is chosen on the node, by its credential; undefined if it is no shop. */
export async function providerOfNode(context: IExecuteFunctions): Promise<Provider | undefined> {
	const name = context.getNodeParameter('shop', 0, 'none') as string;
	if (!Object.hasOwn(credentials, name)) return undefined;
	const type = credentials[name];
	const { shopUrl, apiVersion } = (await context.getCredentials(type)) as unknown as ShopCredential;
	const shop = shopAddress(shopUrl);
	const transport = transportOf(context, type, shop);
	switch (name) {
		case 'magento':
			return magentoProvider({ shop, transport });
		case 'woocommerce':
			return woocommerceProvider({ shop, transport });
		default:
			return shopifyProvider({ shop, apiVersion, transport });
	}
}

/**
 * Sends requests with n8n's own helper, which knows its proxy, its rules for outgoing requests, and how to
 * authenticate.
 */
function transportOf(context: IExecuteFunctions, type: string, shop: string): Transport {
	return async ({ method, path, body, timeoutMilliseconds }) => {
		const options: IHttpRequestOptions = {
			method,
			url: shop + path,
			...(body !== undefined && { body: body as IHttpRequestOptions['body'], json: true }),
			headers: { accept: 'application/json' },
			timeout: timeoutMilliseconds,
			disableFollowRedirect: true,
			returnFullResponse: true,
			// n8n must hear of a refused token, so that it asks for a new one and tries again.
			ignoreHttpStatusErrors: { ignore: true, except: [401] },
		};
		const { status, headers, body: answer } = await send(context, type, options);
		// Read after the answer, since the token may be newer than the run.
		const secrets = secretsIn((await context.getCredentials(type)) as unknown as ShopCredential);
		return { status, headers, body: withoutSecrets(answer, secrets) };
	};
}

async function send(
	context: IExecuteFunctions,
	type: string,
	options: IHttpRequestOptions,
): Promise<ShopResponse> {
	const { httpRequestWithAuthentication } = context.helpers;
	try {
		const { statusCode, headers, body } = (await httpRequestWithAuthentication.call(
			context,
			type,
			options,
		)) as { statusCode: number; headers: ShopResponse['headers']; body: unknown };
		return { status: statusCode, headers, body: parsed(body) };
	} catch (failure) {
		const { httpCode, context: details } = failure as Partial<NodeApiError>;
		const status = Number(httpCode);
		if (!(status >= 400)) throw asTransportFailure(failure);
		// Only a refused token comes this way, or a refusal to issue one.
		return { status: status < 500 ? 401 : status, headers: {}, body: details?.data };
	}
}

function secretsIn(credential: ShopCredential): string[] {
	const { accessToken, sessionToken, clientSecret, consumerKey, consumerSecret } = credential;
	const pair = consumerKey && consumerSecret && `${consumerKey}:${consumerSecret}`;
	const basic = pair && Buffer.from(pair).toString('base64');
	return [accessToken, sessionToken, clientSecret, consumerKey, consumerSecret, pair, basic].filter(
		(secret) => typeof secret === 'string',
	);
}

function parsed(body: unknown): unknown {
	if (typeof body !== 'string') return body;
	try {
		return JSON.parse(body);
	} catch {
		return body;
	}
}

/** All that the library needs of a failure is its name; the rest of n8n's error may hold the request. */
function asTransportFailure(failure: unknown): Error {
	const { code, cause } = failure as { code?: unknown; cause?: { code?: unknown } };
	const name = code ?? cause?.code;
	return Object.assign(new Error('The request failed'), typeof name === 'string' && { code: name });
}
