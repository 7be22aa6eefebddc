import type { INodeProperties } from 'n8n-workflow';
import { poolSettings } from '../shared/pool-settings';
import { dynamicFields } from './dynamic-pool';
import { sharedCodes } from './shared-codes';

/** What the panel of Create Pool asks for. */
export const poolProperties: INodeProperties[] = [
	{
		displayName: 'Name',
		name: 'name',
		type: 'string',
		default: '',
		required: true,
		placeholder: 'e.g. SCA10Off',
		description: 'What the pool is called, mostly after its offer. Unique within the merchant.',
	},
	{
		displayName: 'Type',
		name: 'type',
		type: 'options',
		options: [
			{
				name: 'Dynamic',
				value: 'dynamic',
				description:
					'Unique codes made on demand, in Shopify, Magento, WooCommerce or here (also known as dynamic coupon pool)',
			},
			{
				name: 'Shared',
				value: 'shared',
				description: 'One code for everybody (also known as static or fixed code)',
			},
			{
				name: 'Unique',
				value: 'unique',
				description:
					'Each code goes to one recipient (also known as coupon list; in Ometria, static pool)',
			},
		],
		default: 'unique',
		description: 'How the pool gives its codes',
	},
	sharedCodes,
	...dynamicFields,
	{
		displayName: 'If the Pool Exists',
		name: 'ifExists',
		type: 'options',
		options: [
			{
				name: 'Stop With an Error',
				value: 'fail',
				description: 'For when every run must make a new pool',
			},
			{
				name: 'Update It',
				value: 'update',
				description:
					'Change its settings to those given here. Uploaded codes stay; new shared codes are added. A dynamic pool keeps its rule once codes were made for it.',
			},
			{
				name: 'Use It',
				value: 'use',
				description: 'Return it as it is, so that running twice does no harm',
			},
		],
		default: 'use',
		description: 'What to do if the merchant already has a pool of this name',
	},
	{
		displayName: 'Settings',
		name: 'settings',
		type: 'collection',
		placeholder: 'Add setting',
		default: {},
		options: poolSettings,
	},
];
