import type { Resource } from '../operation';
import { create } from './create';
import { remove } from './delete';
import { getMany } from './get-many';
import { update } from './update';

const operations = { create, delete: remove, getMany, update };

export const sharedCode: Resource = {
	description: [
		{
			displayName: 'Operation',
			name: 'operation',
			type: 'options',
			noDataExpression: true,
			displayOptions: { show: { resource: ['sharedCode'] } },
			options: [
				{
					name: 'Create',
					value: 'create',
					description: 'Add a code to a shared pool, to be given now or later',
					action: 'Create shared code',
				},
				{
					name: 'Delete',
					value: 'delete',
					description: 'Stop giving a code of a shared pool; those who hold it keep it',
					action: 'Delete shared code',
				},
				{
					name: 'Get Many',
					value: 'getMany',
					description: 'Retrieve a list of the codes of a shared pool, and when each is given',
					action: 'Get many shared codes',
				},
				{
					name: 'Update',
					value: 'update',
					description: 'Change when a code is given, when it expires, or how often it is given',
					action: 'Update shared code',
				},
			],
			default: 'getMany',
		},
		...Object.values(operations).flatMap(({ description }) => description),
	],
	operations,
};
