import type { ListCodesFilter } from '../../../lib';
import { enteredFilters, filtersField, optionsField, poolField } from '../fields';
import { howMany, readPages } from '../list';
import { itemsOf, shownFor, type Operation } from '../operation';

/** Which codes are wanted. */
const codeFilters = filtersField([
	{
		displayName: 'Batch ID',
		name: 'batchId',
		type: 'string',
		default: '',
		placeholder: 'e.g. 7',
		description: 'Only the codes of this upload',
	},
	{
		displayName: 'Begins With',
		name: 'search',
		type: 'string',
		default: '',
		placeholder: 'e.g. SAVE-',
		description: 'How the code begins. Upper and lower case count.',
	},
	{
		displayName: 'State',
		name: 'state',
		type: 'options',
		options: [
			{ name: 'Assigned', value: 'assigned' },
			{ name: 'Available', value: 'available' },
			{ name: 'Expired', value: 'expired', description: 'Never given, and past its expiry' },
			{ name: 'Removed', value: 'removed' },
			{ name: 'Reserved', value: 'reserved' },
		],
		default: 'available',
		description: 'Only the codes in this state',
	},
]);

/** The codes of a pool, each with its state and holder. */
export const getMany: Operation = {
	description: shownFor('code', 'getMany', [poolField, ...howMany, codeFilters, optionsField()]),

	async execute(call) {
		const { id } = await call.pool();
		const { state, batchId, search } = enteredFilters(call, codeFilters);
		const filter: ListCodesFilter = {
			...(state !== undefined && { state: state as ListCodesFilter['state'] }),
			...(batchId !== undefined && { batchId: String(batchId).trim() }),
			...(search !== undefined && { search: String(search) }),
		};
		const codes = await readPages(call, async (page) => {
			const { codes: rows, next } = await call.coupons.listCodes(id, { ...filter, ...page });
			return { rows, next };
		});
		return itemsOf(call, codes);
	},
};
