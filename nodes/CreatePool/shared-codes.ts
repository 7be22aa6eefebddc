import type { IDataObject, INodeProperties } from 'n8n-workflow';
import { checkChoice, type SharedCodeSettings } from '../../lib';
import { dateFrom, lastDayFrom } from '../shared/dates';
import { numberFrom } from '../shared/numbers';

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
			// In the order in which a campaign is planned, not the alphabet's.
			// eslint-disable-next-line n8n-nodes-base/node-param-fixed-collection-type-unsorted-items
			values: [
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
			],
		},
	],
};

/** What was entered there, for the library. */
export function sharedCodesFrom(entered: IDataObject): SharedCodeSettings[] {
	const rows = (entered.codes ?? []) as IDataObject[];
	return rows.map((row) => {
		const expiry = checkChoice(row.expiry ?? 'never', 'Code Expires', ['never', 'date', 'days']);
		return {
			code: String(row.code ?? ''),
			beginsAt: dateFrom(row.beginsAt),
			endsAt: lastDayFrom(row.endsAt),
			...(expiry === 'date' && { expiresAt: lastDayFrom(row.expiresAt) }),
			...(expiry === 'days' && {
				expiresAfterDays: numberFrom(row.expiresAfterDays ?? 30, 'Days After Distribution'),
			}),
			maxAssignments: numberFrom(row.maxAssignments ?? 0, 'Maximum Assignments') || null,
		};
	});
}
