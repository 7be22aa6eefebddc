import { checkFlag } from '../../../lib';
import { itemsOf, shownFor, type Operation } from '../operation';
import { entered, optionsField, poolField } from '../fields';
import { numberFrom } from '../../shared/numbers';

/** How a pool did, on one page. */
export const report: Operation = {
	description: shownFor('pool', 'report', [
		poolField,
		optionsField(
			{
				displayName: 'Days',
				name: 'days',
				type: 'number',
				typeOptions: { minValue: 1, maxValue: 366 },
				default: 30,
				description: 'How many days to list, today included, in the workflow’s timezone',
			},
			{
				displayName: 'Prove the Sums',
				name: 'prove',
				type: 'boolean',
				default: false,
				description:
					'Whether to count every code, assignment and event of the pool as well, and say whether they agree, as an auditor may want. Takes some 3 seconds for a million codes.',
			},
		),
	]),

	async execute(call) {
		const { days, prove } = entered(call, 'options');
		const { id } = await call.pool();
		const answer = await call.coupons.reportPool(id, {
			timezone: call.context.getTimezone(),
			...(days !== undefined && { days: numberFrom(days, 'Days') }),
			prove: checkFlag(prove ?? false, 'Prove the Sums'),
		});
		return itemsOf(call, [answer]);
	},
};
