import { itemsOf, shownFor, type Operation } from '../operation';
import { optionsField, poolField } from '../fields';

/** Brings an archived pool back. */
export const restore: Operation = {
	description: shownFor('pool', 'restore', [poolField, optionsField()]),

	async execute(call) {
		const { id } = await call.pool();
		return itemsOf(call, [await call.coupons.restorePool(id)]);
	},
};
