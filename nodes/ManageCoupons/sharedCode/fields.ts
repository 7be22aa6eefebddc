import type { IDataObject, INodeProperties } from 'n8n-workflow';
import type { SharedCode, SharedCodeSettings } from '../../../lib';
import { dateFrom, lastDayFrom } from '../../shared/dates';
import { invalidParameter } from '../../shared/errors';
import { numberFrom } from '../../shared/numbers';
import { textOf } from '../fields';
import type { Call } from '../operation';

/** Which code of the pool. */
export const sharedCodeField: INodeProperties = {
	displayName: 'Code',
	name: 'sharedCode',
	type: 'string',
	default: '',
	required: true,
	placeholder: 'e.g. SUMMER20',
	description:
		'The code (also known as static or fixed code), or its ID from Get Many where the pool has it several times',
};

/** When a code is given and until when it can be used, in alphabetical order. */
export const sharedCodeSettings: INodeProperties[] = [
	{
		displayName: 'Begin Distribution',
		name: 'beginsAt',
		type: 'dateTime',
		typeOptions: { dateOnly: true },
		default: '',
		description: 'The first day on which it is given. Empty for at once.',
	},
	{
		displayName: 'Days After Distribution',
		name: 'expiresAfterDays',
		type: 'number',
		typeOptions: { minValue: 0 },
		default: 30,
		description:
			'How many days after it was given the code is valid for each recipient, in place of an expiration date. 0 for no such limit.',
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
		displayName: 'Expiration Date',
		name: 'expiresAt',
		type: 'dateTime',
		typeOptions: { dateOnly: true },
		default: '',
		description: 'The last day on which the code is valid. Empty for never.',
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

/** Only the settings that were added. */
export function chosenSharedCodeSettings(settings: IDataObject): Partial<SharedCodeSettings> {
	const { beginsAt, endsAt, expiresAt, expiresAfterDays, maxAssignments, code } = settings;
	return {
		...(code !== undefined && { code: String(code ?? '') }),
		...(beginsAt !== undefined && { beginsAt: dateFrom(beginsAt) }),
		...(endsAt !== undefined && { endsAt: lastDayFrom(endsAt) }),
		...(expiresAt !== undefined && { expiresAt: lastDayFrom(expiresAt) }),
		...(expiresAfterDays !== undefined && {
			expiresAfterDays: numberFrom(expiresAfterDays || 0, 'Days After Distribution') || null,
		}),
		...(maxAssignments !== undefined && {
			maxAssignments: numberFrom(maxAssignments || 0, 'Maximum Assignments') || null,
		}),
	};
}

/** The code of the pool that the item names. */
export async function namedSharedCode(call: Call, poolId: string): Promise<SharedCode> {
	const text = textOf(call, 'sharedCode').trim();
	const rows = await call.coupons.listSharedCodes(poolId);
	const named = rows.filter(({ code }) => code === text);
	const [found] = named.length > 0 ? named : rows.filter(({ id }) => id === text);
	if (named.length > 1) {
		throw invalidParameter(
			`The pool has the code ${text} ${named.length} times [Item ${call.itemIndex}]`,
			`Give its ID in its place: ${named.map(({ id }) => id).join(', ')}. Get Many shows which is which.`,
			call.itemIndex,
		);
	}
	if (found === undefined) {
		const known = rows.map(({ code }) => code).slice(0, 20);
		throw invalidParameter(
			`The pool has no shared code '${text}' [Item ${call.itemIndex}]`,
			known.length > 0 ? `It has: ${known.join(', ')}.` : "It has none yet: choose 'Create'.",
			call.itemIndex,
		);
	}
	return found;
}
