import { codeField, optionsField, poolField } from '../fields';
import { itemsOf, shownFor, type Operation } from '../operation';
import { namedCode } from './named-code';

/** State, holder, batch and history of a code. */
export const get: Operation = {
	description: shownFor('code', 'get', [poolField, codeField, optionsField()]),

	async execute(call) {
		const { id } = await call.pool();
		return itemsOf(call, [await call.coupons.getCode(id, namedCode(call))]);
	},
};
