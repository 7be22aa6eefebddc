import type { Resource } from '../operation';
import { getMany } from './get-many';
import { undo } from './undo';

export const batch: Resource = {
	description: [
		{
			displayName: 'Operation',
			name: 'operation',
			type: 'options',
			noDataExpression: true,
			displayOptions: { show: { resource: ['batch'] } },
			options: [
				{
					name: 'Get Many',
					value: 'getMany',
					description: 'Retrieve a list of the uploads of a pool, and what is left of each',
					action: 'Get many batches',
				},
				{
					name: 'Undo',
					value: 'undo',
					description: 'Take the codes of an upload out again, except those already assigned',
					action: 'Undo batch',
				},
			],
			default: 'getMany',
		},
		...[getMany, undo].flatMap(({ description }) => description),
	],
	operations: { getMany, undo },
};
