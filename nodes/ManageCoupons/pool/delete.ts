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
		const { id } = await call.pool();
		await call.coupons.deletePool(id);
		return itemsOf(call, [{ deleted: true }]);
	},
};
