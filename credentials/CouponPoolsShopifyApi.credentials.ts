import type {
	ICredentialDataDecryptedObject,
	ICredentialTestRequest,
	ICredentialType,
	Icon,
	IDataObject,
	IHttpRequestHelper,
	IHttpRequestOptions,
	INodeProperties,
} from 'n8n-workflow';

/** Access to a Shopify shop, with the rights to make discount codes. */
export class CouponPoolsShopifyApi implements ICredentialType {
	name = 'couponPoolsShopifyApi';

	displayName = 'Coupon Pools Shopify API';

	icon: Icon = { light: 'file:couponPoolsShop.svg', dark: 'file:couponPoolsShop.dark.svg' };

	documentationUrl =
		'https://github.com/n8n-nodes-coupon-pools/n8n-nodes-coupon-pools/blob/HEAD/docs/dynamic-pools.md';

	properties: INodeProperties[] = [
		{
			displayName: 'Shop Address',
			name: 'shopUrl',
			type: 'string',
			default: '',
			required: true,
			placeholder: 'e.g. https://my-shop.myshopify.com',
			description: 'The shop’s own address at Shopify, not that of its storefront',
		},
		{
			displayName: 'Authentication',
			name: 'authentication',
			type: 'options',
			options: [
				{
					name: 'Client ID and Secret',
					value: 'clientCredentials',
					description: 'Of an app made in Shopify’s Dev Dashboard',
				},
				{
					name: 'Access Token',
					value: 'accessToken',
					description: 'Of a custom app made in the shop’s admin, before 2026',
				},
			],
			default: 'clientCredentials',
		},
		{
			displayName: 'The app needs the scopes read_discounts and write_discounts.',
			name: 'scopesNotice',
			type: 'notice',
			default: '',
		},
		{
			displayName: 'Client ID',
			name: 'clientId',
			type: 'string',
			default: '',
			required: true,
			displayOptions: { show: { authentication: ['clientCredentials'] } },
		},
		{
			displayName: 'Client Secret',
			name: 'clientSecret',
			type: 'string',
			typeOptions: { password: true },
			default: '',
			required: true,
			displayOptions: { show: { authentication: ['clientCredentials'] } },
		},
		{
			displayName: 'Access Token',
			name: 'accessToken',
			type: 'string',
			typeOptions: { password: true },
			default: '',
			required: true,
			placeholder: 'e.g. shpat_…',
			displayOptions: { show: { authentication: ['accessToken'] } },
		},
		{
			displayName: 'API Version',
			name: 'apiVersion',
			type: 'string',
			default: '2026-10',
			description: 'The version of the Admin API. Shopify keeps each one for a year.',
		},
		{
			// A token for a day, requested when there is none and when it was refused.
			displayName: 'Session Token',
			name: 'sessionToken',
			type: 'hidden',
			typeOptions: { expirable: true, password: true },
			default: '',
		},
	];

	async preAuthentication(
		this: IHttpRequestHelper,
		credentials: ICredentialDataDecryptedObject,
	): Promise<IDataObject> {
		if (credentials.authentication !== 'clientCredentials') return {};
		const answer = (await this.helpers.httpRequest({
			method: 'POST',
			url: `${addressOf(credentials)}/admin/oauth/access_token`,
			headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
			body: new URLSearchParams({
				client_id: String(credentials.clientId),
				client_secret: String(credentials.clientSecret),
				grant_type: 'client_credentials',
			}),
			timeout: 20_000,
			disableFollowRedirect: true,
		})) as { access_token: string };
		return { sessionToken: answer.access_token };
	}

	async authenticate(
		credentials: ICredentialDataDecryptedObject,
		requestOptions: IHttpRequestOptions,
	): Promise<IHttpRequestOptions> {
		const { authentication, accessToken, sessionToken } = credentials;
		const token = authentication === 'clientCredentials' ? sessionToken : accessToken;
		requestOptions.headers = {
			...requestOptions.headers,
			'X-Shopify-Access-Token': String(token ?? ''),
		};
		return requestOptions;
	}

	test: ICredentialTestRequest = {
		request: {
			baseURL: '={{ $credentials.shopUrl.replace(/\\/+$/, "") }}',
			url: '=/admin/api/{{ $credentials.apiVersion || "2026-10" }}/graphql.json',
			method: 'POST',
			body: { query: '{ shop { name } }' },
			// Followed, n8n would take the secret along, to whatever host it leads.
			disableFollowRedirect: true,
		},
		rules: [
			{
				type: 'responseSuccessBody',
				properties: {
					key: 'data',
					value: undefined,
					message: 'Shopify did not accept the request. Check the address and the API version.',
				},
			},
		],
	};
}

function addressOf({ shopUrl }: ICredentialDataDecryptedObject): string {
	return String(shopUrl).trim().replace(/\/+$/, '');
}
