import { hintAt, itemsOf, shownFor, type Operation } from '../operation';
import { optionsField, poolField } from '../fields';

/** Takes a pool out of use: it gives no code and is hidden from lists. */
export const archive: Operation = {
	description: shownFor('pool', 'archive', [poolField, optionsField()]),

	async execute(call) {
		const { id } = await call.pool();
		const archived = await call.coupons.archivePool(id);
		hintAt(call, archived, archived.warning);
		return itemsOf(call, [archived]);
	},
};
