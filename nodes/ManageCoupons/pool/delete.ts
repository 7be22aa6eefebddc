import { itemsOf, shownFor, type Operation } from '../operation';
import { optionsField, poolField } from '../fields';

/** Deletes an empty pool for good. */
export const deleteEmpty: Operation = {
	description: shownFor('pool', 'delete', [
		{
			displayName:
				'Only an empty pool can be deleted. One that has codes, or gave some, can be archived.',
			name: 'deleteNotice',
			type: 'notice',
			default: '',
		},
		poolField,
		optionsField(),
	]),

	async execute(call) {
		const { id, name } = await call.pool();
		const { warning } = await call.coupons.deletePool(id);
		if (warning !== null) {
			call.context.addExecutionHints({
				message: `${name}: ${warning}`,
				location: 'outputPane',
				type: 'warning',
			});
		}
		return itemsOf(call, [{ deleted: true, warning }]);
	},
};
