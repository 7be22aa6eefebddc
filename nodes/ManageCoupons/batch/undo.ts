import { optionsField, poolField, textOf } from '../fields';
import { itemsOf, shownFor, type Operation } from '../operation';

/** Takes out again what nobody was given of an upload. */
export const undo: Operation = {
	description: shownFor('batch', 'undo', [
		poolField,
		{
			displayName: 'Batch ID',
			name: 'batchId',
			type: 'string',
			default: '',
			required: true,
			placeholder: 'e.g. 7',
			description: 'The batchId that Upload Codes returned, or one from Get Many',
		},
		optionsField(),
	]),

	async execute(call) {
		const { id } = await call.pool();
		return itemsOf(call, [await call.coupons.undoBatch(id, textOf(call, 'batchId').trim())]);
	},
};
