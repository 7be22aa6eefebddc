import type { INodeProperties } from 'n8n-workflow';
import { merchantOfPool, poolLocator } from '../shared/pool-locator';
import { shopField } from '../shared/shops';

/** What the panel of Assign Coupon asks for. */
export const assignProperties: INodeProperties[] = [
	poolLocator,
	{
		displayName: 'Recipient',
		name: 'recipient',
		type: 'string',
		default: '={{ $json.email }}',
		required: true,
		placeholder: 'e.g. nathan@example.com',
		description:
			'Who gets the code: an e-mail address, a phone number, or any other ID that is always the same for one person (also known as contact, or client)',
	},
	{
		displayName: 'Campaign',
		name: 'campaign',
		type: 'string',
		default: '',
		placeholder: 'e.g. abandoned-cart',
		description:
			"What the code is given for (also known as conversation, or mailing). A recipient's code counts as already assigned within its campaign. Empty for the ID of this workflow.",
	},
	{
		displayName: 'If Already Assigned',
		name: 'ifAlreadyAssigned',
		type: 'options',
		options: [
			{
				name: 'Always the Same Code',
				value: 'alwaysSame',
				description: 'One code per recipient, for good',
			},
			{
				name: 'New Code Every Time',
				value: 'alwaysNew',
				description: 'Each time another code',
			},
			{
				name: 'Only Repeat',
				value: 'onlyRepeat',
				description: 'For reminders: the last code again, and none if there was none',
			},
			{
				name: 'Same Code Until It Expires',
				value: 'sameUntilExpires',
				description:
					'The same code until it has expired, even if it was used meanwhile; then a new one',
			},
			{
				name: 'Same Code Until Redeemed',
				value: 'sameUntilRedeemed',
				description: 'The same code until it was used in an order or has expired; then a new one',
			},
			{
				name: 'Same Code Within Hours',
				value: 'sameWithin',
				description: 'The same code if it was given in the last hours, else a new one',
			},
		],
		default: 'sameWithin',
		description: 'What a recipient gets who already holds a code of this pool',
	},
	{
		displayName: 'Hours',
		name: 'withinHours',
		type: 'number',
		typeOptions: { minValue: 0 },
		default: 24,
		description: 'For how many hours a second trigger gets the same code',
		displayOptions: { show: { ifAlreadyAssigned: ['sameWithin'] } },
	},
	{
		displayName: 'Already Assigned In',
		name: 'scope',
		type: 'options',
		options: [
			{
				name: 'This Campaign',
				value: 'campaign',
				description: 'Codes that the recipient got for other campaigns do not count',
			},
			{
				name: 'The Whole Pool',
				value: 'pool',
				description: 'Any code of this pool that the recipient holds counts',
			},
		],
		default: 'campaign',
		description: 'Where an earlier code counts',
		displayOptions: { hide: { ifAlreadyAssigned: ['alwaysNew'] } },
	},
	shopField(
		{
			displayName: 'Make Missing Codes In',
			description:
				'For a dynamic pool: its shop, in which codes are made when the stock is low or empty',
		},
		{
			name: 'No Shop',
			value: 'none',
			description: 'For all other pools, and to give from the ready stock alone',
		},
	),
	{
		displayName: 'When the Pool Has No Code',
		name: 'whenNoCode',
		type: 'options',
		options: [
			{
				name: "Use the 'No Code' Output",
				value: 'output',
				description:
					'Pass the item out there with the reason, so that no message goes out without a code',
			},
			{
				name: 'Stop With an Error',
				value: 'error',
				description: 'Let the execution fail',
			},
		],
		default: 'output',
		description: 'What to do if there is neither a code nor a default code to give',
	},
	{
		displayName: 'On Manual Runs',
		name: 'onManualRuns',
		type: 'options',
		options: [
			{
				name: 'Preview Code',
				value: 'code',
				description: 'Give an example code, and take nothing from the pool',
			},
			{
				name: 'Simulate Default Code',
				value: 'defaultCode',
				description: 'As if the pool had run out and gave its default code',
			},
			{
				name: 'Simulate Out of Stock',
				value: 'outOfStock',
				description: "As if the pool had no code, to try the 'No Code' output",
			},
			{
				name: 'Take a Real Code',
				value: 'real',
				description: 'As in production: the code is taken from the pool',
			},
		],
		default: 'code',
		noDataExpression: true,
		description:
			'What happens when you test the workflow in the editor, and the sub-workflows of a test that begins with a Manual Trigger. Those of other tests, and production runs, always give real codes.',
	},
	{
		displayName: 'Options',
		name: 'options',
		type: 'collection',
		placeholder: 'Add option',
		default: {},
		options: [
			{
				displayName: 'Keep Recipient as It Is',
				name: 'keepRecipient',
				type: 'boolean',
				default: false,
				description:
					'Whether to tell Nathan@Example.com and nathan@example.com apart. By default, an e-mail address is put in lower case.',
			},
			{
				displayName: 'Longest Wait for New Codes (Seconds)',
				name: 'onTheSpotSeconds',
				type: 'number',
				typeOptions: { minValue: 1 },
				default: 20,
				description:
					'For a dynamic pool whose stock is empty: how long to wait for its shop before the default code is given, or none',
			},
			merchantOfPool,
			{
				displayName: 'Only Reserve for Minutes',
				name: 'holdMinutes',
				type: 'number',
				typeOptions: { minValue: 0 },
				default: 60,
				description:
					"Put the code on hold for so long. 'Confirm' of Manage Coupons then makes it final, 'Release' or the end of the time gives it back. 0 gives it for good.",
			},
			{
				displayName: 'Request ID',
				name: 'requestId',
				type: 'string',
				default: '',
				placeholder: 'e.g. {{ $json.orderId }}',
				description:
					"The same ID always returns the same code, whatever 'If Already Assigned' says: an order, a cart, a click. Without one, retries of this run are safe all the same.",
			},
			{
				displayName: 'Save Code To',
				name: 'saveCodeTo',
				type: 'string',
				default: '',
				placeholder: 'e.g. discount_code',
				description:
					"A field to write the code to, in addition to 'coupon.code'. A path such as customer.code works too. Null if there is no code.",
			},
			{
				displayName: 'Save Expiration Date To',
				name: 'saveExpirationDateTo',
				type: 'string',
				default: '',
				placeholder: 'e.g. discount_valid_until',
				description:
					"A field to write the expiration date to, in addition to 'coupon.expiresAt'. Null if the code never expires.",
			},
		],
	},
];
