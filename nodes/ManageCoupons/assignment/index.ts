import type { Resource } from '../operation';
import { exportFile } from './export';
import { getMany } from './get-many';

export const assignment: Resource = {
	description: [
		{
			displayName: 'Operation',
			name: 'operation',
			type: 'options',
			noDataExpression: true,
			displayOptions: { show: { resource: ['assignment'] } },
			options: [
				{
					name: 'Export',
					value: 'export',
					description: 'Write who got which code into a CSV file',
					action: 'Export assignments',
				},
				{
					name: 'Get Many',
					value: 'getMany',
					description: 'Retrieve a list of who got which code and when',
					action: 'Get many assignments',
				},
			],
			default: 'getMany',
		},
		...[exportFile, getMany].flatMap(({ description }) => description),
	],
	operations: { export: exportFile, getMany },
};
