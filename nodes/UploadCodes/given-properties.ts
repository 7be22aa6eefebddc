import type { INodeProperties } from 'n8n-workflow';

const where = (displayName: string, name: string, description: string): INodeProperties => ({
	displayName,
	name,
	type: 'string',
	default: '',
	description: `${description}: the heading or number of the column; of items, the field`,
});

/** Whether the codes were given already, by the system that one moves from. */
export const codesAre: INodeProperties = {
	displayName: 'Codes Are',
	name: 'codesAre',
	type: 'options',
	options: [
		{
			name: 'Already Given',
			value: 'given',
			description:
				'Each has a recipient who got it elsewhere, as a suite exports them: it is stored as assigned, and a code that the pool has as available becomes the recipient’s',
		},
		{ name: 'New', value: 'new', description: 'They are to be given from now on' },
	],
	default: 'new',
	noDataExpression: true,
	description: 'Whether the codes are free, or are moved here with who got them',
	displayOptions: { hide: { source: ['generate'] } },
};

/** The columns of codes that were already given. */
export const givenColumns: INodeProperties[] = [
	{
		displayName: 'Columns',
		name: 'columns',
		type: 'collection',
		placeholder: 'Add column',
		default: {},
		description:
			'Where in the file, or in the items, each thing stands. Usual headings are found by themselves; without headings, the columns are code, recipient, campaign, date given, expiration date and date redeemed.',
		displayOptions: { show: { codesAre: ['given'], source: ['file', 'items', 'text'] } },
		options: [
			where('Campaign', 'campaign', 'What the code was given for'),
			where(
				'Date Given',
				'assignedAt',
				'When the recipient got the code; if empty, the time of the upload',
			),
			where('Date Redeemed', 'redeemedAt', 'When the code was used; empty if it was not'),
			where(
				'Expiration Date',
				'expiresAt',
				'Until when the code can be used, with a time of 00:00 to the end of that day',
			),
			where('Recipient', 'recipient', 'Who got the code'),
		],
	},
	{
		displayName: 'Date Format',
		name: 'dateFormat',
		type: 'string',
		default: '',
		placeholder: 'e.g. MM/dd/yyyy',
		description:
			'How the dates are written, in <a href="https://moment.github.io/luxon/#/parsing">Luxon’s tokens</a>. Empty for ISO 8601, such as 2026-12-31.',
		displayOptions: { show: { codesAre: ['given'], source: ['file', 'items', 'text'] } },
	},
];
