import type { Resource } from '../operation';
import { confirm } from './confirm';
import { get } from './get';
import { getMany } from './get-many';
import { redeem } from './redeem';
import { release } from './release';
import { remove } from './remove';

export const code: Resource = {
	description: [
		{
			displayName: 'Operation',
			name: 'operation',
			type: 'options',
			noDataExpression: true,
			displayOptions: { show: { resource: ['code'] } },
			options: [
				{
					name: 'Confirm',
					value: 'confirm',
					description: 'Make a code that is on hold its recipient’s for good',
					action: 'Confirm code',
				},
				{
					name: 'Get',
					value: 'get',
					description: 'Retrieve a code with its state, holder, batch and history',
					action: 'Get code',
				},
				{
					name: 'Get Many',
					value: 'getMany',
					description: 'Retrieve a list of the codes of a pool',
					action: 'Get many codes',
				},
				{
					name: 'Redeem',
					value: 'redeem',
					description: 'Record that a code was used in an order',
					action: 'Redeem code',
				},
				{
					name: 'Release',
					value: 'release',
					description: 'Put a code, assigned or on hold, back into the stock',
					action: 'Release code',
				},
				{
					name: 'Remove',
					value: 'remove',
					description: 'Take codes that nobody holds out of the stock',
					action: 'Remove codes',
				},
			],
			default: 'getMany',
		},
		...[confirm, get, getMany, redeem, release, remove].flatMap(({ description }) => description),
	],
	operations: { confirm, get, getMany, redeem, release, remove },
};
