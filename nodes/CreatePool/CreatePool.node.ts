import type {
	IExecuteFunctions,
	INodeExecutionData,
	INodeType,
	INodeTypeDescription,
} from 'n8n-workflow';
import { NodeConnectionTypes } from 'n8n-workflow';
import { couponPoolsDatabaseTest, credentialsOnTop } from '../shared/database-credential';
import { createPools } from './create-pools';
import { poolProperties } from './properties';

export class CreatePool implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Create Pool',
		name: 'createPool',
		icon: { light: 'file:createPool.svg', dark: 'file:createPool.dark.svg' },
		group: ['transform'],
		version: 1,
		subtitle: '={{ $parameter["type"] + " pool: " + $parameter["name"] }}',
		description:
			'Create a coupon pool: a named stock of coupon codes for one offer. Made once; later runs find the pool that exists and return it.',
		defaults: { name: 'Create Pool' },
		inputs: [NodeConnectionTypes.Main],
		outputs: [NodeConnectionTypes.Main],
		outputNames: ['Pool'],
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
				displayOptions: { show: { type: ['dynamic'], shop: ['magento'] } },
			},
			{
				name: 'couponPoolsShopifyApi',
				required: true,
				displayOptions: { show: { type: ['dynamic'], shop: ['shopify'] } },
			},
			{
				name: 'couponPoolsWooCommerceApi',
				required: true,
				displayOptions: { show: { type: ['dynamic'], shop: ['woocommerce'] } },
			},
		],
		hints: [
			{
				message: "A unique pool starts empty: add its codes with 'Upload Codes'.",
				type: 'info',
				location: 'outputPane',
				whenToDisplay: 'beforeExecution',
				displayCondition: '={{ $parameter["type"] === "unique" }}',
			},
			{
				message:
					"A dynamic pool is filled by 'Manage Coupons' → 'Refill', and by 'Assign Coupon' when its stock is low.",
				type: 'info',
				location: 'outputPane',
				whenToDisplay: 'beforeExecution',
				displayCondition: '={{ $parameter["type"] === "dynamic" }}',
			},
		],
		properties: [credentialsOnTop, ...poolProperties],
	};

	methods = {
		credentialTest: { couponPoolsDatabaseTest },
	};

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		return await createPools(this);
	}
}
