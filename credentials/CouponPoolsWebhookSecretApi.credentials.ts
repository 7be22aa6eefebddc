import type { ICredentialType, Icon, INodeProperties } from 'n8n-workflow';

/** What a shop signs its webhooks with, so that its orders can be told from those that others send. */
export class CouponPoolsWebhookSecretApi implements ICredentialType {
	name = 'couponPoolsWebhookSecretApi';

	displayName = 'Coupon Pools Webhook Secret API';

	icon: Icon = { light: 'file:couponPoolsShop.svg', dark: 'file:couponPoolsShop.dark.svg' };

	documentationUrl =
		'https://github.com/n8n-nodes-coupon-pools/n8n-nodes-coupon-pools/blob/HEAD/docs/dynamic-pools.md#used-codes';

	properties: INodeProperties[] = [
		{
			displayName: 'Secret',
			name: 'secret',
			type: 'string',
			typeOptions: { password: true },
			default: '',
			required: true,
			description:
				'Shopify: under Settings → Notifications → Webhooks, or the client secret of the app that has made the webhook. WooCommerce: the Secret of the webhook, under Settings → Advanced → Webhooks.',
		},
	];
}
