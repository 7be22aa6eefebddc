import type { Resource } from '../operation';
import { archive } from './archive';
import { deleteEmpty } from './delete';
import { forgetUses } from './forget-uses';
import { get } from './get';
import { getMany } from './get-many';
import { reconcile } from './reconcile';
import { refill } from './refill';
import { report } from './report';
import { restore } from './restore';
import { update } from './update';
import { whereUsed } from './where-used';

const operations = {
	archive,
	delete: deleteEmpty,
	forgetUses,
	get,
	getMany,
	reconcile,
	refill,
	report,
	restore,
	update,
	whereUsed,
};

export const pool: Resource = {
	description: [
		{
			displayName: 'Operation',
			name: 'operation',
			type: 'options',
			noDataExpression: true,
			displayOptions: { show: { resource: ['pool'] } },
			options: [
				{
					name: 'Archive',
					value: 'archive',
					description: 'Take a pool out of use and hide it, and keep its history',
					action: 'Archive pool',
				},
				{
					name: 'Delete',
					value: 'delete',
					description: 'Delete an empty pool permanently',
					action: 'Delete pool',
				},
				{
					name: 'Forget Uses',
					value: 'forgetUses',
					description: 'Take workflows that are no more out of the list of those that use a pool',
					action: 'Forget uses of pool',
				},
				{
					name: 'Get',
					value: 'get',
					description: 'Retrieve a pool with its settings and its stock report',
					action: 'Get pool',
				},
				{
					name: 'Get Many',
					value: 'getMany',
					description:
						'Retrieve a list of pools with what remains of each, its expiry and its status',
					action: 'Get many pools',
				},
				{
					name: 'Reconcile',
					value: 'reconcile',
					description:
						'Ask the shop which assigned codes of a dynamic pool were used, and record them as redeemed',
					action: 'Reconcile pool',
				},
				{
					name: 'Refill',
					value: 'refill',
					description:
						'Make codes for a dynamic pool until it has as many as it is to keep in stock',
					action: 'Refill pool',
				},
				{
					name: 'Report',
					value: 'report',
					description:
						'Retrieve what became of the codes of a pool: in all, by campaign, day and batch',
					action: 'Report on pool',
				},
				{
					name: 'Restore',
					value: 'restore',
					description: 'Bring an archived pool back',
					action: 'Restore pool',
				},
				{
					name: 'Update',
					value: 'update',
					description: 'Change the settings of a pool, or rename it',
					action: 'Update pool',
				},
				{
					name: 'Where Used',
					value: 'whereUsed',
					description:
						'Retrieve the workflows and steps that use a pool (also known as assigned messages)',
					action: 'Get where pool is used',
				},
			],
			default: 'getMany',
		},
		...Object.values(operations).flatMap(({ description }) => description),
	],
	operations,
};
