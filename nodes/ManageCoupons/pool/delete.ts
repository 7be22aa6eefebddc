import { hintAt, itemsOf, shownFor, type Operation } from '../operation';
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
		const pool = await call.pool();
		const { warning } = await call.coupons.deletePool(pool.id);
		hintAt(call, pool, warning);
		return itemsOf(call, [{ deleted: true, warning }]);
	},
};
