import type { INodeProperties } from 'n8n-workflow';
import { macroOptions, macroProperties } from './macros';
import { givenTemplates, writtenTemplates } from './parts';

const renderOptions: INodeProperties[] = [
	{
		displayName: 'Date Format',
		name: 'dateFormat',
		type: 'string',
		default: '',
		placeholder: 'e.g. dd.MM.yyyy',
		description:
			'How dates are written, in <a href="https://moment.github.io/luxon/#/formatting">Luxon’s tokens</a>: <code>MM</code> is the month, <code>mm</code> minutes. Empty for the long form of the language.',
	},
	{
		displayName: 'Language',
		name: 'locale',
		type: 'string',
		default: 'en',
		placeholder: 'e.g. de, or en-GB',
		description: 'The language of dates, by its code',
	},
	{
		displayName: 'No Expiry',
		name: 'noExpiry',
		type: 'string',
		default: '',
		placeholder: 'e.g. no end date',
		description:
			'What stands for the expiry of a code that never expires, in <code>{expirydate}</code> and <code>{{date coupon.expiresAt}}</code>. Empty for nothing.',
	},
	{
		displayName: 'Output Field',
		name: 'outputField',
		type: 'string',
		default: 'message',
		placeholder: 'e.g. message',
		description: 'The field that holds the finished texts',
	},
	{
		displayName: 'Pictures of Codes',
		name: 'pictures',
		type: 'options',
		options: [
			{
				name: 'Attach to the Message',
				value: 'attached',
				description:
					"As files of the item, which the e-mail step sends along: in Send Email, name them under 'Attachments'. Every mail program shows them.",
			},
			{
				name: 'Put Into the HTML',
				value: 'inline',
				description:
					'Nothing to attach, but Gmail and Outlook show no such pictures. For web pages.',
			},
		],
		default: 'attached',
		description:
			'How the pictures of <code>{{qrcode coupon.code}}</code> and <code>{{barcode coupon.code}}</code> reach the reader',
	},
	{
		displayName: 'Timezone',
		name: 'timezone',
		type: 'string',
		default: '',
		placeholder: 'e.g. Europe/Berlin',
		description: 'Where dates are shown and days are counted. Empty for that of the workflow.',
	},
];

/** What the panel of Render Message asks for. */
export const messageProperties: INodeProperties[] = [
	{
		displayName: 'Parts',
		name: 'parts',
		type: 'multiOptions',
		options: [
			{ name: 'HTML', value: 'html', description: 'The body of an e-mail; values are escaped' },
			{ name: 'Push', value: 'push', description: 'Title and text of a push notification' },
			{ name: 'SMS', value: 'sms', description: 'A text message' },
			{ name: 'Subject', value: 'subject', description: 'The subject of an e-mail' },
			{
				name: 'Text',
				value: 'text',
				description: 'The plain text of an e-mail, or a chat message',
			},
		],
		default: ['subject', 'html', 'text'],
		required: true,
		noDataExpression: true,
		description: 'What the message consists of',
	},
	{
		displayName: 'Templates',
		name: 'templates',
		type: 'options',
		options: [
			{
				name: 'Come From Expressions',
				value: 'given',
				description: 'They are in a field of the item, or were read by an earlier step',
			},
			{ name: 'Write Below', value: 'written', description: 'They are written here' },
		],
		default: 'written',
		noDataExpression: true,
		description: 'Where the templates are',
	},
	{
		displayName:
			'Fields of the item go in double braces, as <code>{{ coupon.code }}</code> or <code>{{ firstName }}</code>. Dates: <code>{{ date coupon.expiresAt }}</code>. Only if there is one: <code>{{#if coupon.expiresAt}}</code> … <code>{{/if}}</code>. As a picture, in the HTML: <code>{{qrcode coupon.code}}</code>. Placeholders of other suites, as <code>{couponcode}</code>, work too.',
		name: 'placeholdersNotice',
		type: 'notice',
		default: '',
		displayOptions: { show: { templates: ['written'] } },
	},
	...writtenTemplates,
	...givenTemplates,
	{
		displayName: 'Missing Fields',
		name: 'missingFields',
		type: 'options',
		options: [
			{
				name: 'Leave Blank',
				value: 'blank',
				description: 'Write nothing where the item has no such field',
			},
			{
				name: 'Stop With an Error',
				value: 'error',
				description: 'Send no message with a hole in it: name the field that is missing',
			},
		],
		default: 'error',
		description: 'What to do if a template names a field that the item does not have',
	},
	...macroProperties,
	{
		displayName: 'Options',
		name: 'options',
		type: 'collection',
		placeholder: 'Add option',
		default: {},
		options: [...renderOptions, ...macroOptions].sort((one, other) =>
			one.displayName.localeCompare(other.displayName),
		),
	},
];
