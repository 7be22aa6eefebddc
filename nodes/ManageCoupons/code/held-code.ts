import type { INodeProperties } from 'n8n-workflow';
import { checkChoice } from '../../../lib';
import { codeField, optionsField, poolField, textOf } from '../fields';
import type { Call } from '../operation';
import { namedAssignmentId } from './named-code';

/** How a code that somebody holds is named: by itself, or by its assignment. */
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

/** The ID of the assignment; undefined if the code is named. */
export function namedAssignment(call: Call): string | undefined {
	const findBy = checkChoice(textOf(call, 'findBy'), 'Find By', ['assignment', 'code']);
	return findBy === 'assignment' ? namedAssignmentId(call) : undefined;
}
