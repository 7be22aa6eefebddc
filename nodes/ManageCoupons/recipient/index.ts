import type { Resource } from '../operation';
import { erase } from './erase';
import { find } from './find';
import { history } from './history';

export const recipient: Resource = {
	description: [
		{
			displayName: 'Operation',
			name: 'operation',
			type: 'options',
			noDataExpression: true,
			displayOptions: { show: { resource: ['recipient'] } },
			options: [
				{
					name: 'Erase',
					value: 'erase',
					description: 'Remove the data of a person, and keep the totals',
					action: 'Erase recipient',
				},
				{
					name: 'Find',
					value: 'find',
					description: 'Retrieve a list of recipients by what they hold, as for a segment',
					action: 'Find recipients',
				},
				{
					name: 'Get History',
					value: 'history',
					description: 'Retrieve all codes of a person, initial and repeated',
					action: 'Get history of recipient',
				},
			],
			default: 'history',
		},
		...[erase, find, history].flatMap(({ description }) => description),
	],
	operations: { erase, find, history },
};
