import { itemsOf, shownFor, type Operation } from '../operation';
import { entered, optionsField, poolField } from '../fields';

/** How a pool did, on one page. */
export const report: Operation = {
	description: shownFor('pool', 'report', [
		poolField,
		optionsField({
			displayName: 'Days',
			name: 'days',
			type: 'number',
			typeOptions: { minValue: 1, maxValue: 366 },
			default: 30,
			description: 'How many days to list, today included, in the workflow’s timezone',
		}),
	]),

	async execute(call) {
		const { days } = entered(call, 'options');
		const { id } = await call.pool();
		const answer = await call.coupons.reportPool(id, {
			timezone: call.context.getTimezone(),
			...(days !== undefined && { days: Number(days) }),
		});
		return itemsOf(call, [answer]);
	},
};
