import type { INodeProperties } from 'n8n-workflow';
import { sharedCodes } from './shared-codes';

/** What the panel of Create Pool asks for. */
export const poolProperties: INodeProperties[] = [
	{
		displayName: 'Name',
		name: 'name',
		type: 'string',
		default: '',
		required: true,
		placeholder: 'e.g. SCA10Off',
		description: 'What the pool is called, mostly after its offer. Unique within the merchant.',
	},
	{
		displayName: 'Type',
		name: 'type',
		type: 'options',
		options: [
			{
				name: 'Shared',
				value: 'shared',
				description: 'One code for everybody (also known as static or fixed code)',
			},
			{
				name: 'Unique',
				value: 'unique',
				description: 'Each code goes to one recipient (also known as coupon list, or static pool)',
			},
		],
		default: 'unique',
		description: 'How the pool gives its codes',
	},
	sharedCodes,
	{
		displayName: 'If the Pool Exists',
		name: 'ifExists',
		type: 'options',
		options: [
			{
				name: 'Stop With an Error',
				value: 'fail',
				description: 'For when every run must make a new pool',
			},
			{
				name: 'Update It',
				value: 'update',
				description: 'Change its settings to those given here, and leave its codes alone',
			},
			{
				name: 'Use It',
				value: 'use',
				description: 'Return it as it is, so that running twice does no harm',
			},
		],
		default: 'use',
		description: 'What to do if the merchant already has a pool of this name',
	},
	{
		displayName: 'Settings',
		name: 'settings',
		type: 'collection',
		placeholder: 'Add Setting',
		default: {},
		options: [
			{
				displayName: 'Active',
				name: 'active',
				type: 'boolean',
				default: true,
				description: 'Whether codes are given from this pool',
			},
			{
				displayName: 'Begins',
				name: 'beginsAt',
				type: 'dateTime',
				typeOptions: { dateOnly: true },
				default: '',
				description: 'From when on codes are given, in the workflow’s timezone',
			},
			{
				displayName: 'Default Code',
				name: 'defaultCode',
				type: 'string',
				default: '',
				placeholder: 'e.g. WELCOME5',
				description: 'The code to give when the pool has none left (also known as fallback code)',
			},
			{
				displayName: 'Default Code Expiration',
				name: 'defaultCodeExpiresAt',
				type: 'dateTime',
				typeOptions: { dateOnly: true },
				default: '',
				description: 'The last day on which the default code is valid',
			},
			{
				displayName: 'Description',
				name: 'description',
				type: 'string',
				default: '',
				placeholder: 'e.g. 10% off for abandoned carts, autumn',
				description: 'A note for your team',
			},
			{
				displayName: 'Expiration Cutoff (Days)',
				name: 'expirationCutoffDays',
				type: 'number',
				typeOptions: { minValue: 0 },
				default: 0,
				description:
					'How many days before its expiry a code is no longer given, so that everybody has time to use theirs',
			},
			{
				displayName: 'Expires',
				name: 'expiresAt',
				type: 'dateTime',
				typeOptions: { dateOnly: true },
				default: '',
				description:
					'The last day of the pool: after it, no code is given and those given are invalid',
			},
			{
				displayName: 'Low-Stock Threshold',
				name: 'lowStockThreshold',
				type: 'number',
				typeOptions: { minValue: 0 },
				default: 100,
				description:
					"The stock at which somebody is told (also known as threshold, or warning limit). 'Check Threshold' watches it.",
			},
			{
				displayName: 'Low-Stock Threshold Unit',
				name: 'lowStockUnit',
				type: 'options',
				options: [
					{ name: 'Codes Left', value: 'codes' },
					{ name: 'Days of Supply', value: 'days' },
					{ name: 'Percent of All Codes', value: 'percent' },
				],
				default: 'codes',
				description: 'What the low-stock threshold counts',
			},
			{
				displayName: 'Merchant',
				name: 'merchant',
				type: 'string',
				default: '',
				placeholder: 'e.g. shop-uk',
				description:
					'The shop, domain or client whose pool it is, if you have several (also known as app or account)',
			},
			{
				displayName: 'Notification Emails',
				name: 'notificationEmails',
				type: 'string',
				default: '',
				placeholder: 'e.g. nathan@example.com, anna@example.com',
				description:
					"Who is told when the pool runs low, separated by commas or semicolons. 'Check Threshold' passes them on to your e-mail step.",
			},
		],
	},
];
