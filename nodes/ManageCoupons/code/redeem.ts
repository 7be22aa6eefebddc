import { invalidParameter } from '../../shared/errors';
import { anyPoolField, anyPoolId, codeField, entered, optionsField, textOf } from '../fields';
import { itemsOf, shownFor, type Operation } from '../operation';

/** Records that a code was used in an order. */
export const redeem: Operation = {
	description: shownFor('code', 'redeem', [
		codeField,
		{
			displayName: 'Order ID',
			name: 'orderId',
			type: 'string',
			default: '',
			placeholder: 'e.g. 1001',
			description: 'The order in which the code was used. The same order sent twice counts once.',
		},
		{
			displayName: 'If Nobody Holds the Code',
			name: 'ifUnknown',
			type: 'options',
			options: [
				{
					name: 'Return the Reason',
					value: 'return',
					description: 'For orders that may carry codes of other origin, too',
				},
				{ name: 'Stop With an Error', value: 'error' },
			],
			default: 'return',
			description: 'What to do with a code that is not one of these pools, or was not given',
		},
		anyPoolField,
		optionsField({
			displayName: 'Recipient',
			name: 'recipient',
			type: 'string',
			default: '',
			placeholder: 'e.g. nathan@example.com',
			description: 'Who used it. Needed for a code that several people hold, as of a shared pool.',
		}),
	]),

	async execute(call) {
		const { recipient } = entered(call, 'options');
		const result = await call.coupons.redeemCode(textOf(call, 'code'), {
			...(await anyPoolId(call)),
			orderId: textOf(call, 'orderId'),
			...(recipient !== undefined && { recipient: String(recipient) }),
		});
		if (!result.redeemed && textOf(call, 'ifUnknown') === 'error') {
			throw invalidParameter(
				`${result.message} [Item ${call.itemIndex}]`,
				"Check the code, or choose 'Return the Reason' if orders may carry other codes.",
				call.itemIndex,
			);
		}
		return itemsOf(call, [result]);
	},
};
