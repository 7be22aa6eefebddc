import { anyPoolField, anyPoolId, optionsField, recipientField, textOf } from '../fields';
import { howMany, readPages } from '../list';
import { itemsOf, shownFor, type Operation } from '../operation';

/** All codes of a person, initial or repeated. */
export const history: Operation = {
	description: shownFor('recipient', 'history', [
		recipientField,
		anyPoolField,
		...howMany,
		optionsField(),
	]),

	async execute(call) {
		const ofPool = await anyPoolId(call);
		const entries = await readPages(call, async (page) => {
			const { entries: rows, next } = await call.coupons.getHistory(textOf(call, 'recipient'), {
				...ofPool,
				...page,
			});
			return { rows, next };
		});
		return itemsOf(call, entries);
	},
};
