import type { IDataObject, IExecuteFunctions, INodeProperties } from 'n8n-workflow';
import { checkChoice, type SharedCodeSettings } from '../../lib';
import { dateFrom, lastDayFrom } from '../shared/dates';
import { invalidParameter } from '../shared/errors';
import { numberFrom } from '../shared/numbers';
import { refuseMissing } from '../shared/pool-settings';

/** What is asked of each code, in the order in which a campaign is planned, not the alphabet's. */
const rowFields: INodeProperties[] = [
	{
		displayName: 'Code',
		name: 'code',
		type: 'string',
		default: '',
		required: true,
		placeholder: 'e.g. SUMMER20',
		description: 'What the recipients are given',
	},
	{
		displayName: 'Begin Distribution',
		name: 'beginsAt',
		type: 'dateTime',
		typeOptions: { dateOnly: true },
		default: '',
		description: 'The first day on which it is given. Empty for at once.',
	},
	{
		displayName: 'End Distribution',
		name: 'endsAt',
		type: 'dateTime',
		typeOptions: { dateOnly: true },
		default: '',
		description: 'The last day on which it is given. Empty for no end.',
	},
	{
		displayName: 'Code Expires',
		name: 'expiry',
		type: 'options',
		options: [
			{ name: 'Never', value: 'never' },
			{ name: 'On a Date', value: 'date' },
			{ name: 'X Days After Distribution', value: 'days' },
		],
		default: 'never',
		description: 'Until when a recipient can use the code',
	},
	{
		displayName: 'Expiration Date',
		name: 'expiresAt',
		type: 'dateTime',
		typeOptions: { dateOnly: true },
		default: '',
		description: 'The last day on which the code is valid',
		displayOptions: { show: { expiry: ['date'] } },
	},
	{
		displayName: 'Days After Distribution',
		name: 'expiresAfterDays',
		type: 'number',
		typeOptions: { minValue: 1 },
		default: 30,
		description: 'How many days after it was given the code is valid for each recipient',
		displayOptions: { show: { expiry: ['days'] } },
	},
	{
		displayName: 'Maximum Assignments',
		name: 'maxAssignments',
		type: 'number',
		typeOptions: { minValue: 0 },
		default: 0,
		description: 'How many recipients can get it at most. 0 for no limit.',
	},
];

/** The codes of a shared pool, as the panel asks for them. */
export const sharedCodes: INodeProperties = {
	displayName: 'Codes',
	name: 'sharedCodes',
	type: 'fixedCollection',
	typeOptions: { multipleValues: true, sortable: true, multipleValueButtonText: 'Add Code' },
	placeholder: 'Add code',
	default: {},
	description:
		'The code that everybody gets. Add further ones for later times; their times may not overlap.',
	displayOptions: { show: { type: ['shared'] } },
	options: [
		{
			displayName: 'Code',
			name: 'codes',
			values: rowFields,
		},
	],
};

/** What was entered there, for the library. */
export function sharedCodesFrom(
	context: IExecuteFunctions,
	itemIndex: number,
): SharedCodeSettings[] {
	const entered = context.getNodeParameter('sharedCodes', itemIndex, {}) as IDataObject;
	const rows = (entered.codes ?? []) as IDataObject[];
	return rows.map((row) => {
		refuseMissing(row, rowFields, itemIndex);
		const expiry = checkChoice(row.expiry ?? 'never', 'Code Expires', ['never', 'date', 'days']);
		return {
			code: String(row.code ?? ''),
			beginsAt: dateFrom(row.beginsAt),
			endsAt: lastDayFrom(row.endsAt),
			...(expiry === 'date' && { expiresAt: expirationDate(row.expiresAt, itemIndex) }),
			...(expiry === 'days' && {
				expiresAfterDays: numberFrom(row.expiresAfterDays ?? 30, 'Days After Distribution'),
			}),
			maxAssignments: numberFrom(row.maxAssignments ?? 0, 'Maximum Assignments') || null,
		};
	});
}

/** Without it, the code would never expire. */
function expirationDate(value: unknown, itemIndex: number): string {
	const date = lastDayFrom(value);
	if (date !== null) return date;
	throw invalidParameter(
		`'Expiration Date' of a code is empty [Item ${itemIndex}]`,
		"Give the last day on which the code is valid, or choose 'Never' under 'Code Expires'.",
		itemIndex,
	);
}
