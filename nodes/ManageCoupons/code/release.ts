import { codeField, optionsField, poolField, textOf } from '../fields';
import { itemsOf, shownFor, type Operation } from '../operation';

/** Puts an assigned code back into the stock. */
export const release: Operation = {
	description: shownFor('code', 'release', [
		{
			displayName: 'Find By',
			name: 'releaseBy',
			type: 'options',
			options: [
				{ name: 'Assignment ID', value: 'assignment' },
				{ name: 'Code', value: 'code' },
			],
			default: 'code',
			description: 'What names the code to be released',
		},
		poolField,
		{ ...codeField, displayOptions: { show: { releaseBy: ['code'] } } },
		{
			displayName: 'Assignment ID',
			name: 'assignmentId',
			type: 'string',
			default: '',
			required: true,
			placeholder: 'e.g. 4711',
			description: 'The assignmentId that Assign Coupon returned',
			displayOptions: { show: { releaseBy: ['assignment'] } },
		},
		optionsField(),
	]),

	async execute(call) {
		const { id, name } = await call.pool();
		if (textOf(call, 'releaseBy') === 'assignment') {
			const assignmentId = textOf(call, 'assignmentId').trim();
			await call.coupons.release(id, assignmentId);
			return itemsOf(call, [{ released: true, assignmentId, poolId: id, pool: name }]);
		}
		const released = await call.coupons.releaseCode(id, textOf(call, 'code'));
		return itemsOf(call, [{ released: true, ...released }]);
	},
};
