import { optionsField, poolField } from '../fields';
import { howMany, readPages } from '../list';
import { itemsOf, shownFor, type Operation } from '../operation';

/** The uploads of a pool, the latest first. */
export const getMany: Operation = {
	description: shownFor('batch', 'getMany', [poolField, ...howMany, optionsField()]),

	async execute(call) {
		const { id } = await call.pool();
		const batches = await readPages(call, async (page) => {
			const { batches: rows, next } = await call.coupons.listBatches(id, page);
			return { rows, next };
		});
		return itemsOf(call, batches);
	},
};
