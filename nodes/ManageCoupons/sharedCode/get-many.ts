import { optionsField, poolField } from '../fields';
import { itemsOf, shownFor, type Operation } from '../operation';

/** The codes of a shared pool: which one is given when, and how often it was. */
export const getMany: Operation = {
	description: shownFor('sharedCode', 'getMany', [poolField, optionsField()]),

	async execute(call) {
		const { id } = await call.pool();
		return itemsOf(call, await call.coupons.listSharedCodes(id));
	},
};
