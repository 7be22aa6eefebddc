import type { INodeProperties } from 'n8n-workflow';
import { resources } from './router';

/** What the panel of Manage Coupons asks for. */
export const manageProperties: INodeProperties[] = [
	{
		displayName: 'Resource',
		name: 'resource',
		type: 'options',
		noDataExpression: true,
		options: [
			{ name: 'Assignment', value: 'assignment', description: 'Who got which code, and when' },
			{ name: 'Batch', value: 'batch', description: 'The codes of one upload' },
			{ name: 'Code', value: 'code', description: 'A single coupon code' },
			{ name: 'Pool', value: 'pool', description: 'A named stock of codes for one offer' },
			{ name: 'Recipient', value: 'recipient', description: 'The person who gets codes' },
			{
				name: 'Shared Code',
				value: 'sharedCode',
				description: 'A code of a shared pool, for everybody (also known as static or fixed code)',
			},
		],
		default: 'pool',
	},
	...Object.values(resources).flatMap(({ description }) => description),
];
