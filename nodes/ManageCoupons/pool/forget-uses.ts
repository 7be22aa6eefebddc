import { itemsOf, shownFor, type Operation } from '../operation';
import { entered, optionsField, poolField } from '../fields';

/** Takes workflows out of a pool's Where Used. */
export const forgetUses: Operation = {
	description: shownFor('pool', 'forgetUses', [
		poolField,
		optionsField({
			displayName: 'Workflow ID',
			name: 'workflowId',
			type: 'string',
			default: '',
			placeholder: 'e.g. X3kqLw8RtYp2',
			description:
				'Only this workflow, as Where Used shows it. Without it, all are forgotten; those that go on using the pool come back by themselves.',
		}),
	]),

	async execute(call) {
		const { workflowId } = entered(call, 'options');
		const { id } = await call.pool();
		const forgotten = await call.coupons.forgetUses(
			id,
			workflowId === undefined ? undefined : String(workflowId),
		);
		return itemsOf(call, [{ forgotten }]);
	},
};
