import type { INodeProperties } from 'n8n-workflow';
import { itemsOf, shownFor, type Operation } from '../operation';
import { enteredText, optionsField, poolField } from '../fields';

const workflowField: INodeProperties = {
	displayName: 'Workflow ID',
	name: 'workflowId',
	type: 'string',
	default: '',
	placeholder: 'e.g. X3kqLw8RtYp2',
	description:
		'Only this workflow, as Where Used shows it. Without it, all are forgotten; those that go on using the pool come back by themselves.',
};

/** Takes workflows out of a pool's Where Used. */
export const forgetUses: Operation = {
	description: shownFor('pool', 'forgetUses', [poolField, optionsField(workflowField)]),

	async execute(call) {
		const workflowId = enteredText(call, 'options', workflowField);
		const { id } = await call.pool();
		const forgotten = await call.coupons.forgetUses(id, workflowId);
		return itemsOf(call, [{ forgotten }]);
	},
};
