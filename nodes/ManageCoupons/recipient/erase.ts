import { recipientField, textOf } from '../fields';
import { itemsOf, shownFor, type Operation } from '../operation';

/** Removes a person's data, and keeps the sums. */
export const erase: Operation = {
	description: shownFor('recipient', 'erase', [
		{
			displayName:
				'The recipient’s name, request IDs and order IDs are removed from all pools. This cannot be undone.',
			name: 'eraseNotice',
			type: 'notice',
			default: '',
		},
		recipientField,
	]),

	async execute(call) {
		return itemsOf(call, [await call.coupons.eraseRecipient(textOf(call, 'recipient'))]);
	},
};
