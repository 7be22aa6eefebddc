import { optionsField, poolField } from '../fields';
import { itemsOf, shownFor, type Operation } from '../operation';
import { namedSharedCode, sharedCodeField } from './fields';

/** Takes a code out of a shared pool; whoever holds it keeps it. */
export const remove: Operation = {
	description: shownFor('sharedCode', 'delete', [poolField, sharedCodeField, optionsField()]),

	async execute(call) {
		const { id } = await call.pool();
		await call.coupons.removeSharedCode(id, (await namedSharedCode(call, id)).id);
		return itemsOf(call, [{ deleted: true }]);
	},
};
