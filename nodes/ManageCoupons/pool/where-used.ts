import { itemsOf, shownFor, type Operation } from '../operation';
import { optionsField, poolField } from '../fields';

/** The workflows and steps that use a pool. */
export const whereUsed: Operation = {
	description: shownFor('pool', 'whereUsed', [poolField, optionsField()]),

	async execute(call) {
		const { id } = await call.pool();
		return itemsOf(call, await call.coupons.whereUsed(id));
	},
};
