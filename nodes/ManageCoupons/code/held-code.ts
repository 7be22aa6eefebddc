import type { INodeProperties } from 'n8n-workflow';
import { checkChoice } from '../../../lib';
import { codeField, optionsField, poolField, textOf } from '../fields';
import type { Call } from '../operation';

/** What names a code that somebody holds: itself, or its assignment. */
export const heldCodeFields: INodeProperties[] = [
	{
		displayName: 'Find By',
		name: 'findBy',
		type: 'options',
		options: [
			{ name: 'Assignment ID', value: 'assignment' },
			{ name: 'Code', value: 'code' },
		],
		default: 'code',
		description: 'What names the code that somebody holds',
	},
	poolField,
	{ ...codeField, displayOptions: { show: { findBy: ['code'] } } },
	{
		displayName: 'Assignment ID',
		name: 'assignmentId',
		type: 'string',
		default: '',
		required: true,
		placeholder: 'e.g. 4711',
		description: 'The assignmentId that Assign Coupon returned',
		displayOptions: { show: { findBy: ['assignment'] } },
	},
	optionsField(),
];

/** The assignment that is named; nothing where it is the code. */
export function namedAssignment(call: Call): string | undefined {
	const findBy = checkChoice(textOf(call, 'findBy'), 'Find By', ['assignment', 'code']);
	return findBy === 'assignment' ? textOf(call, 'assignmentId').trim() : undefined;
}
