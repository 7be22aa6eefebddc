import type { INodeProperties } from 'n8n-workflow';
import { merchantOfPool, poolLocator } from '../shared/pool-locator';

/** What the panel of Coupon Pool Trigger asks for. */
export const triggerProperties: INodeProperties[] = [
	{
		displayName: 'Trigger On',
		name: 'events',
		type: 'multiOptions',
		noDataExpression: true,
		required: true,
		options: [
			{
				name: 'Code Assigned',
				value: 'assigned',
				description: 'A recipient was given a code for the first time, not when it is repeated',
			},
			{
				name: 'Code Redeemed',
				value: 'redeemed',
				description: 'A code was used in an order',
			},
			{
				name: 'Expired',
				value: 'expired',
				description: 'The last day of the pool is over, or what was left of its codes has expired',
			},
			{
				name: 'Low Stock',
				value: 'low_stock',
				description:
					'The stock has fallen to the low-stock threshold (also known as warning limit). Once until it was refilled.',
			},
			{
				name: 'Out of Stock',
				value: 'out_of_stock',
				description: 'No code is left to give. Once until it was refilled.',
			},
			{
				name: 'Refilled',
				value: 'refilled',
				description: 'The pool was low or out of stock, and has enough codes again',
			},
		],
		default: ['low_stock', 'out_of_stock'],
	},
	{
		displayName: 'Pools',
		name: 'which',
		type: 'options',
		noDataExpression: true,
		options: [
			{
				name: 'All Pools',
				value: 'all',
				description: 'Every pool of every merchant, those made later too',
			},
			{
				name: 'One Pool',
				value: 'one',
				description: 'A single pool',
			},
			{
				name: 'Pools of a Merchant',
				value: 'merchant',
				description: 'Every pool of one shop, domain or client, those made later too',
			},
			{
				name: 'Several Pools',
				value: 'several',
				description: 'Those that you tick',
			},
		],
		default: 'all',
		description: 'Which pools to watch',
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
		displayName: 'Merchant',
		name: 'merchant',
		type: 'string',
		default: '',
		placeholder: 'e.g. shop-uk',
		description:
			'Whose pools to watch (also known as app or account). Empty for the pools that have no merchant.',
		displayOptions: { show: { which: ['merchant'] } },
	},
	{
		displayName: 'While Unpublished',
		name: 'whileOff',
		type: 'options',
		noDataExpression: true,
		options: [
			{
				name: 'Catch Up',
				value: 'catchUp',
				description: 'Start the workflow for each of them',
			},
			{
				name: 'Leave Out',
				value: 'leaveOut',
				description: 'Begin with what happens next',
			},
		],
		default: 'leaveOut',
		description:
			'What to do about codes that were assigned or redeemed while the workflow was unpublished. What happens while n8n restarts, or its connection is lost, is never missed.',
		displayOptions: { show: { events: ['assigned', 'redeemed'] } },
	},
	{
		displayName: 'Options',
		name: 'options',
		type: 'collection',
		placeholder: 'Add option',
		default: {},
		options: [
			{
				displayName: 'Items per Execution',
				name: 'perExecution',
				type: 'options',
				options: [
					{
						name: 'All at Once',
						value: 'all',
						description:
							'What happened at the same time is one execution with many items, up to 500 codes',
					},
					{
						name: 'One',
						value: 'one',
						description: 'An execution of its own for each event',
					},
				],
				default: 'all',
				description: 'How many events one execution of the workflow gets',
			},
			{
				...merchantOfPool,
				displayOptions: { show: { ...merchantOfPool.displayOptions?.show, '/which': ['one'] } },
			},
			{
				displayName: 'Poll Interval (Seconds)',
				name: 'pollSeconds',
				type: 'number',
				typeOptions: { minValue: 1, maxValue: 3600 },
				default: 30,
				description:
					'How often to look by itself. Events mostly come at once; this is for those that do not announce themselves, as dates that pass, and for connections by PgBouncer.',
			},
		],
	},
];
