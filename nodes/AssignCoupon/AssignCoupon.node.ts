import type {
	IExecuteFunctions,
	INodeExecutionData,
	INodeType,
	INodeTypeDescription,
} from 'n8n-workflow';
import { NodeConnectionTypes } from 'n8n-workflow';
import { couponPoolsDatabaseTest, credentialsOnTop } from '../shared/database-credential';
import { manualRunHints } from '../shared/manual-runs';
import { searchPools } from '../shared/pool-locator';
import { assignCoupons } from './assign-coupons';
import { assignProperties } from './properties';

export class AssignCoupon implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Assign Coupon',
		name: 'assignCoupon',
		icon: { light: 'file:assignCoupon.svg', dark: 'file:assignCoupon.dark.svg' },
		group: ['transform'],
		version: 1,
		// $parameter.pool is the pool's ID; only the JSON of the parameters has its name.
		subtitle: '={{ $parameter.toJSON().pool?.cachedResultName ?? $parameter["pool"] }}',
		description:
			'Give each recipient a coupon code from a pool, no code to two people. A recipient who holds one already gets the same again, unless told otherwise. Returns the input with coupon.code and coupon.expiresAt, or the reason why there is no code.',
		defaults: { name: 'Assign Coupon' },
		inputs: [NodeConnectionTypes.Main],
		outputs: [NodeConnectionTypes.Main, NodeConnectionTypes.Main],
		outputNames: ['Assigned', 'No Code'],
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
				displayOptions: { show: { shop: ['magento'] } },
			},
			{
				name: 'couponPoolsShopifyApi',
				required: true,
				displayOptions: { show: { shop: ['shopify'] } },
			},
			{
				name: 'couponPoolsWooCommerceApi',
				required: true,
				displayOptions: { show: { shop: ['woocommerce'] } },
			},
		],
		hints: manualRunHints(),
		properties: [credentialsOnTop, ...assignProperties],
	};

	methods = {
		credentialTest: { couponPoolsDatabaseTest },
		listSearch: { searchPools },
	};

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		return await assignCoupons(this);
	}
}
