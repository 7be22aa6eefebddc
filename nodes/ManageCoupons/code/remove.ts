import { invalidParameter } from '../../shared/errors';
import { optionsField, poolField } from '../fields';
import { itemsOf, shownFor, type Operation } from '../operation';

/** Takes available codes out of the stock. */
export const remove: Operation = {
	description: shownFor('code', 'remove', [
		poolField,
		{
			displayName: 'Codes',
			name: 'codes',
			type: 'string',
			typeOptions: { rows: 4 },
			default: '',
			required: true,
			placeholder: 'e.g. SAVE-7F3K',
			description: 'The codes to take out, one per line. Those that somebody holds stay.',
		},
		optionsField(),
	]),

	async execute(call) {
		const { id } = await call.pool();
		const written: unknown = call.context.getNodeParameter('codes', call.itemIndex, '');
		const codes = (Array.isArray(written) ? written : String(written ?? '').split(/[\s,;]+/))
			.map((code) => String(code).trim())
			.filter(Boolean);
		if (codes.length === 0) {
			throw invalidParameter(
				`No code is named [Item ${call.itemIndex}]`,
				"Write the codes under 'Codes', one per line.",
				call.itemIndex,
			);
		}
		return itemsOf(call, await call.coupons.removeCodes(id, codes));
	},
};
