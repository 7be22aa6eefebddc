import type {
	ICredentialDataDecryptedObject,
	ICredentialTestRequest,
	ICredentialType,
	Icon,
	IHttpRequestOptions,
	INodeProperties,
} from 'n8n-workflow';

/** Access to a WooCommerce shop, with the rights to make coupons. */
export class CouponPoolsWooCommerceApi implements ICredentialType {
	name = 'couponPoolsWooCommerceApi';

	displayName = 'Coupon Pools WooCommerce API';

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
			description: 'Must begin with https, for WooCommerce takes keys by no other way',
		},
		{
			displayName: 'Consumer Key',
			name: 'consumerKey',
			type: 'string',
			default: '',
			required: true,
			placeholder: 'e.g. ck_…',
			description: 'Made under WooCommerce → Settings → Advanced → REST API, with Read/Write',
		},
		{
			displayName: 'Consumer Secret',
			name: 'consumerSecret',
			type: 'string',
			typeOptions: { password: true },
			default: '',
			required: true,
			placeholder: 'e.g. cs_…',
		},
	];

	async authenticate(
		credentials: ICredentialDataDecryptedObject,
		requestOptions: IHttpRequestOptions,
	): Promise<IHttpRequestOptions> {
		requestOptions.auth = {
			username: String(credentials.consumerKey),
			password: String(credentials.consumerSecret),
		};
		return requestOptions;
	}

	test: ICredentialTestRequest = {
		request: {
			baseURL: '={{ $credentials.shopUrl.replace(/\\/+$/, "") }}',
			url: '/wp-json/wc/v3/coupons?per_page=1',
			// Followed, n8n would take the secret along, to whatever host it leads.
			disableFollowRedirect: true,
		},
	};
}
