import type {
	ICredentialDataDecryptedObject,
	ICredentialTestRequest,
	ICredentialType,
	Icon,
	IHttpRequestOptions,
	INodeProperties,
} from 'n8n-workflow';

/** Access to a Magento or Adobe Commerce shop, with the rights to make coupons of cart price rules. */
export class CouponPoolsMagentoApi implements ICredentialType {
	name = 'couponPoolsMagentoApi';

	displayName = 'Coupon Pools Magento API';

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
			placeholder: 'e.g. https://shop.example.com',
		},
		{
			displayName: 'Access Token',
			name: 'accessToken',
			type: 'string',
			typeOptions: { password: true },
			default: '',
			required: true,
			description:
				'Of an integration with access to Marketing → Cart Price Rules. Magento takes it only if Stores → Configuration → Services → OAuth → Allow OAuth Access Tokens to be used as standalone Bearer tokens is on.',
		},
	];

	async authenticate(
		credentials: ICredentialDataDecryptedObject,
		requestOptions: IHttpRequestOptions,
	): Promise<IHttpRequestOptions> {
		requestOptions.headers = {
			...requestOptions.headers,
			Authorization: `Bearer ${String(credentials.accessToken)}`,
		};
		return requestOptions;
	}

	test: ICredentialTestRequest = {
		request: {
			baseURL: '={{ $credentials.shopUrl.replace(/\\/+$/, "") }}',
			url: '/rest/all/V1/salesRules/search?searchCriteria[pageSize]=1',
			// Followed, n8n would take the secret along, to whatever host it leads.
			disableFollowRedirect: true,
		},
	};
}
