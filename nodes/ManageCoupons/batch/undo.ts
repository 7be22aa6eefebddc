import { optionsField, poolField } from '../fields';
import { itemsOf, shownFor, type Operation } from '../operation';
import { batchLocator, chosenBatch } from './batch-locator';

/** Takes out again what nobody was given of an upload. */
export const undo: Operation = {
	description: shownFor('batch', 'undo', [poolField, batchLocator, optionsField()]),

	async execute(call) {
		const { id } = await call.pool();
		return itemsOf(call, [await call.coupons.undoBatch(id, chosenBatch(call))]);
	},
};
