import type { INodeProperties } from 'n8n-workflow';
import { merchantOfPool, poolLocator } from '../shared/pool-locator';
import { generateProperties, requestId } from './generate-properties';
import { codesAre, givenColumns } from './given-properties';

/** What the panel of Upload Codes asks for. */
export const uploadProperties: INodeProperties[] = [
	poolLocator,
	{
		displayName: 'Codes Come From',
		name: 'source',
		type: 'options',
		options: [
			{
				name: 'File',
				value: 'file',
				description: 'A CSV, TXT or Excel file that the previous step passes on',
			},
			{
				name: 'Generate',
				value: 'generate',
				description: 'Random codes of a form, made here; the shop must be told of them',
			},
			{
				name: 'Items',
				value: 'items',
				description: 'One code in a field of each item, as other steps read them',
			},
			{ name: 'Text', value: 'text', description: 'Pasted, one code per line' },
		],
		default: 'file',
		noDataExpression: true,
		description: 'Where the codes are',
	},
	...generateProperties,
	codesAre,
	{
		displayName: 'Input Data Field Name',
		name: 'binaryPropertyName',
		type: 'string',
		default: 'data',
		required: true,
		placeholder: 'e.g. data',
		hint: 'The name of the input field that holds the file',
		displayOptions: { show: { source: ['file'] } },
	},
	{
		displayName: 'Text',
		name: 'text',
		type: 'string',
		typeOptions: { rows: 6 },
		default: '',
		required: true,
		placeholder: 'e.g. SAVE-7F3K',
		description: 'The codes, one per line',
		displayOptions: { show: { source: ['text'] } },
	},
	{
		displayName: 'Code Field',
		name: 'codeField',
		type: 'string',
		default: 'code',
		required: true,
		placeholder: 'e.g. code',
		description: 'The field of each item that holds its code',
		requiresDataPath: 'single',
		displayOptions: { show: { source: ['items'] } },
	},
	...givenColumns,
	{
		displayName: 'Expiration Date',
		name: 'expiry',
		type: 'options',
		// In the order of how often they are used.
		options: [
			{
				name: 'No Expiration Date',
				value: 'none',
				description: 'The codes are valid for as long as their pool',
			},
			{
				name: 'Use Date in File',
				value: 'column',
				description: 'Each code has its own, in another column or field',
			},
			{ name: 'Expire On', value: 'date', description: 'One date for all codes' },
		],
		default: 'none',
		description: 'Until when the codes can be used',
		displayOptions: { hide: { source: ['generate'], codesAre: ['given'] } },
	},
	{
		displayName: 'Expiration Date',
		name: 'expiry',
		type: 'options',
		// In the order of how often they are used.
		options: [
			{
				name: 'No Expiration Date',
				value: 'none',
				description: 'The codes are valid for as long as their pool',
			},
			{ name: 'Expire On', value: 'date', description: 'One date for all codes' },
		],
		default: 'none',
		description: 'Until when the codes can be used',
		displayOptions: { show: { source: ['generate'] } },
	},
	{
		displayName: 'Expire On',
		name: 'expiresAt',
		type: 'dateTime',
		typeOptions: { dateOnly: true },
		default: '',
		required: true,
		description: 'The last day on which the codes are valid, in the workflow’s timezone',
		displayOptions: { show: { expiry: ['date'] }, hide: { codesAre: ['given'] } },
	},
	{
		displayName: 'Date Column',
		name: 'expiryColumn',
		type: 'string',
		default: '',
		placeholder: 'e.g. expires_at',
		description:
			'The heading or number of the column with the date. Empty for a usual heading, else the only other column. A time of 00:00 counts as none: the code is valid to the end of that day.',
		displayOptions: {
			show: { expiry: ['column'], source: ['file', 'text'] },
			hide: { codesAre: ['given'] },
		},
	},
	{
		displayName: 'Date Field',
		name: 'expiryField',
		type: 'string',
		default: 'expiresAt',
		required: true,
		placeholder: 'e.g. expiresAt',
		description:
			'The field of each item that holds the date. A time of 00:00 counts as none: the code is valid to the end of that day.',
		requiresDataPath: 'single',
		displayOptions: {
			show: { expiry: ['column'], source: ['items'] },
			hide: { codesAre: ['given'] },
		},
	},
	{
		displayName: 'Date Format',
		name: 'expiryFormat',
		type: 'string',
		default: '',
		placeholder: 'e.g. dd.MM.yyyy',
		description:
			'How the dates are written, in <a href="https://moment.github.io/luxon/#/parsing">Luxon’s tokens</a>. Empty for ISO 8601, such as 2026-12-31.',
		displayOptions: {
			show: { expiry: ['column'], source: ['file', 'items', 'text'] },
			hide: { codesAre: ['given'] },
		},
	},
	{
		displayName: 'Options',
		name: 'options',
		type: 'collection',
		placeholder: 'Add option',
		default: {},
		options: [
			{
				displayName: 'Campaign',
				name: 'campaign',
				type: 'string',
				default: '',
				placeholder: 'e.g. abandoned-cart',
				description: 'What the codes were given for, where the row names nothing',
				displayOptions: { show: { '/codesAre': ['given'] }, hide: { '/source': ['generate'] } },
			},
			{
				displayName: 'Code Column',
				name: 'codeColumn',
				type: 'string',
				default: '',
				placeholder: 'e.g. coupon_code',
				description:
					'The heading or number of the column with the codes. Empty for a usual heading, else the first column.',
				displayOptions: { show: { '/source': ['file', 'text'] } },
			},
			{
				displayName: 'Delimiter',
				name: 'delimiter',
				type: 'string',
				default: '',
				placeholder: 'e.g. ;',
				description:
					'What separates the columns, \\t for a tab. Empty to tell by the first line: comma, semicolon, tab or pipe.',
				displayOptions: { show: { '/source': ['file', 'text'] } },
			},
			{
				displayName: 'File Format',
				name: 'format',
				type: 'options',
				options: [
					{ name: 'CSV', value: 'csv' },
					{ name: 'Excel (XLSX)', value: 'xlsx' },
					{ name: 'Tell by the Content', value: 'auto' },
					{ name: 'TXT', value: 'txt' },
				],
				default: 'auto',
				description: 'What kind of file it is',
				displayOptions: { show: { '/source': ['file'] } },
			},
			{
				displayName: 'First Row Is a Heading',
				name: 'header',
				type: 'options',
				options: [
					{ name: 'No', value: 'no' },
					{ name: 'Tell by the Content', value: 'auto' },
					{ name: 'Yes', value: 'yes' },
				],
				default: 'auto',
				description: 'What the first row is: the names of the columns, or already a code',
				displayOptions: { show: { '/source': ['file', 'text'] } },
			},
			{
				displayName: 'Invalid Rows',
				name: 'invalidRows',
				type: 'options',
				options: [
					{
						name: 'Refuse the Whole Upload',
						value: 'refuse',
						description: 'Add nothing if a single code is invalid',
					},
					{
						name: 'Skip and Report',
						value: 'skip',
						description: 'Add the valid codes, and say which rows were not added and why',
					},
				],
				default: 'skip',
				description: 'What to do with codes that are too long, have spaces in them, and the like',
				displayOptions: { show: { '/source': ['file', 'items', 'text'] } },
			},
			merchantOfPool,
			{
				displayName: 'Refuse Codes of Other Pools',
				name: 'uniqueAcrossPools',
				type: 'boolean',
				default: false,
				description:
					'Whether to leave out codes that already stand in any other pool; when generating, they are drawn again',
			},
			requestId,
		],
	},
];
