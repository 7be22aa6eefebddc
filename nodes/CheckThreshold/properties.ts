import type { INodeProperties } from 'n8n-workflow';
import { merchantOfPool, poolLocator } from '../shared/pool-locator';

/** What the panel of Check Threshold asks for. */
export const thresholdProperties: INodeProperties[] = [
	{
		displayName: 'Pools',
		name: 'which',
		type: 'options',
		options: [
			{ name: 'All Pools', value: 'all', description: 'Every pool of every merchant' },
			{ name: 'One Pool', value: 'one', description: 'A single pool, for each input item' },
			{ name: 'Several Pools', value: 'several', description: 'Those that you tick' },
		],
		default: 'all',
		noDataExpression: true,
		description: 'Which pools to look at',
	},
	{ ...poolLocator, displayOptions: { show: { which: ['one'] } } },
	{
		displayName: 'Pool Names or IDs',
		name: 'pools',
		type: 'multiOptions',
		typeOptions: { loadOptionsMethod: 'getPools' },
		default: [],
		required: true,
		description:
			'Choose from the list, or specify IDs using an <a href="https://docs.n8n.io/code/expressions/">expression</a>',
		displayOptions: { show: { which: ['several'] } },
	},
	{
		displayName: 'Codes Needed Now',
		name: 'needed',
		type: 'number',
		typeOptions: { minValue: 0 },
		default: 0,
		description:
			'How many codes the next broadcast takes, as 20000. A pool that cannot cover it leaves by Low. 0 to only look at the threshold.',
	},
	{
		displayName: 'Alert',
		name: 'alert',
		type: 'options',
		options: [
			{
				name: 'Every Time',
				value: 'everyTime',
				description: 'A low pool leaves by Low at every check',
			},
			{
				name: 'Once Until Refilled',
				value: 'oncePerFall',
				description:
					'A pool leaves by Low when it has fallen to the threshold, and then by OK, still marked as low, until it was refilled and falls again',
			},
		],
		default: 'oncePerFall',
		description: 'How often a pool that stays low is reported',
	},
	{
		displayName: 'Options',
		name: 'options',
		type: 'collection',
		placeholder: 'Add option',
		default: {},
		options: [
			{
				displayName: 'Expiring Within (Days)',
				name: 'expiringWithinDays',
				type: 'number',
				typeOptions: { minValue: 1 },
				default: 7,
				description: 'Over how many days to count the codes that are about to expire',
			},
			{
				...merchantOfPool,
				displayOptions: { show: { ...merchantOfPool.displayOptions?.show, '/which': ['one'] } },
			},
			{
				displayName: 'Threshold',
				name: 'threshold',
				type: 'number',
				typeOptions: { minValue: 0 },
				default: 100,
				description:
					"The stock at or below which a pool is low, instead of the pool's own threshold",
			},
			{
				displayName: 'Threshold Unit',
				name: 'thresholdUnit',
				type: 'options',
				options: [
					{ name: 'Codes Left', value: 'codes' },
					{ name: 'Days of Supply', value: 'days' },
					{ name: 'Percent of All Codes', value: 'percent' },
				],
				default: 'codes',
				description: 'What the threshold counts. Only used together with it.',
			},
		],
	},
];
