import { optionsField, poolField } from '../fields';
import { itemsOf, shownFor, type Operation } from '../operation';
import { batchLocator, chosenBatch } from './batch-locator';

/** Takes out again the codes of a batch that nobody was given. */
export const undo: Operation = {
	description: shownFor('batch', 'undo', [poolField, batchLocator, optionsField()]),

	async execute(call) {
		const { id } = await call.pool();
		return itemsOf(call, [await call.coupons.undoBatch(id, chosenBatch(call))]);
	},
};
