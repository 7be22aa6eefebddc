import type {
	IExecuteFunctions,
	INodeExecutionData,
	INodeType,
	INodeTypeDescription,
} from 'n8n-workflow';
import { NodeConnectionTypes } from 'n8n-workflow';
import { couponPoolsDatabaseTest, credentialsOnTop } from '../shared/database-credential';
import { searchAllPools } from '../shared/pool-locator';
import { couponPoolsWebhookSecretTest } from '../shared/webhook-secret';
import { searchBatches } from './batch/batch-locator';
import { manageProperties } from './properties';
import { manageCoupons } from './router';

export class ManageCoupons implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Manage Coupons',
		name: 'manageCoupons',
		icon: { light: 'file:manageCoupons.svg', dark: 'file:manageCoupons.dark.svg' },
		group: ['transform'],
		version: 1,
		subtitle:
			'={{ $parameter["operation"].replace(/[A-Z]/g, (letter) => " " + letter.toLowerCase()) + ": " + $parameter["resource"] }}',
		description:
			'Look up, change, undo and export what coupon pools hold: list, update, archive or delete pools; look up, remove, release or redeem codes; undo uploads; export who got which code; find recipients, and erase their data',
		defaults: { name: 'Manage Coupons' },
		inputs: [NodeConnectionTypes.Main],
		outputs: [NodeConnectionTypes.Main],
		outputNames: ['Result'],
		usableAsTool: true,
		credentials: [
			{
				name: 'couponPoolsDatabaseApi',
				required: true,
				testedBy: 'couponPoolsDatabaseTest',
			},
			{
				name: 'couponPoolsMagentoApi',
				required: true,
				displayOptions: {
					show: { resource: ['pool'], operation: ['reconcile', 'refill'], shop: ['magento'] },
				},
			},
			{
				name: 'couponPoolsShopifyApi',
				required: true,
				displayOptions: {
					show: { resource: ['pool'], operation: ['reconcile', 'refill'], shop: ['shopify'] },
				},
			},
			{
				name: 'couponPoolsWooCommerceApi',
				required: true,
				displayOptions: {
					show: { resource: ['pool'], operation: ['reconcile', 'refill'], shop: ['woocommerce'] },
				},
			},
			{
				name: 'couponPoolsWebhookSecretApi',
				required: true,
				testedBy: 'couponPoolsWebhookSecretTest',
				displayOptions: {
					show: {
						resource: ['code'],
						operation: ['redeem'],
						redeemBy: ['signedOrder'],
					},
				},
			},
		],
		properties: [credentialsOnTop, ...manageProperties],
	};

	methods = {
		credentialTest: { couponPoolsDatabaseTest, couponPoolsWebhookSecretTest },
		listSearch: { searchAllPools, searchBatches },
	};

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		return await manageCoupons(this);
	}
}
