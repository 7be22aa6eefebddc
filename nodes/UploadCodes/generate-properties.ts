import type { INodeProperties } from 'n8n-workflow';
import { READABLE_ALPHABET } from '../../lib';

const show = { source: ['generate'] };

/** What the panel asks for if the codes are made here. */
export const generateProperties: INodeProperties[] = [
	{
		displayName: 'How Many',
		name: 'count',
		type: 'number',
		typeOptions: { minValue: 1, maxValue: 5_000_000, numberPrecision: 0 },
		default: 1000,
		required: true,
		description: 'So many codes are added, no fewer: one that the pool has already is drawn again',
		displayOptions: { show },
	},
	{
		displayName: 'Preview Only',
		name: 'previewOnly',
		type: 'boolean',
		default: false,
		description: 'Whether to only show three codes of this form and add none to the pool',
		displayOptions: { show },
	},
	{
		displayName: 'Form of the Codes',
		name: 'form',
		type: 'collection',
		placeholder: 'Add field',
		default: { length: 8 },
		displayOptions: { show },
		options: [
			{
				displayName: 'Add a Dash Every',
				name: 'dashEvery',
				type: 'number',
				typeOptions: { minValue: 0, numberPrecision: 0 },
				default: 4,
				description: 'A dash after so many random characters, as in 7F3K-QW9M; 0 for none',
			},
			{
				displayName: 'Characters',
				name: 'alphabet',
				type: 'string',
				default: READABLE_ALPHABET,
				placeholder: 'e.g. 0123456789',
				description:
					'The letters and digits to draw from. By default those that nobody mistakes for one another: no 0 or O, no 1, I or L.',
			},
			{
				displayName: 'Length',
				name: 'length',
				type: 'number',
				typeOptions: { minValue: 1, maxValue: 200, numberPrecision: 0 },
				default: 8,
				description: 'How many random characters each code has; prefix and dashes come on top',
			},
			{
				displayName: 'Prefix',
				name: 'prefix',
				type: 'string',
				default: '',
				placeholder: 'e.g. SAVE-',
				description: 'What each code begins with',
			},
		],
	},
];

/** Goes into the options. */
export const requestId: INodeProperties = {
	displayName: 'Request ID',
	name: 'requestId',
	type: 'string',
	default: '',
	placeholder: 'e.g. refill-2026-11',
	description:
		'Codes are generated once for the same ID, however often the step runs with it; after that, the report of the same batch is given. By default, each run counts as a request of its own, and its retries do not.',
	displayOptions: { show: { '/source': ['generate'] } },
};
