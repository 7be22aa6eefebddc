import { checkFlag, type FindRecipientsFilter } from '../../../lib';
import { anyPoolField, anyPoolId, enteredFilters, filtersField, optionsField } from '../fields';
import { howMany, readPages } from '../list';
import { itemsOf, shownFor, type Operation } from '../operation';
import { numberFrom } from '../../shared/numbers';

/** Which recipients are wanted. */
const recipientFilters = filtersField([
	{
		displayName: 'Expiring Within (Days)',
		name: 'expiringWithinDays',
		type: 'number',
		typeOptions: { minValue: 1 },
		default: 7,
		description: 'Only those with a code that they have not used and that expires so soon',
	},
	{
		displayName: 'Maximum Codes',
		name: 'atMost',
		type: 'number',
		typeOptions: { minValue: 1 },
		default: 1,
		description: 'Only those who hold so many codes or fewer',
	},
	{
		displayName: 'Minimum Codes',
		name: 'atLeast',
		type: 'number',
		typeOptions: { minValue: 1 },
		default: 1,
		description: 'Only those who hold so many codes or more',
	},
	{
		displayName: 'Not Redeemed',
		name: 'notRedeemed',
		type: 'boolean',
		default: true,
		description: 'Whether to return only those with a code that is valid and not yet used',
	},
]);

/** The segment builder: recipients by what they hold. */
export const find: Operation = {
	description: shownFor('recipient', 'find', [
		anyPoolField,
		...howMany,
		recipientFilters,
		optionsField(),
	]),

	async execute(call) {
		const { expiringWithinDays, atLeast, atMost, notRedeemed } = enteredFilters(
			call,
			recipientFilters,
		);
		const filter: FindRecipientsFilter = {
			...(await anyPoolId(call)),
			...(expiringWithinDays !== undefined && {
				expiringWithinDays: numberFrom(expiringWithinDays, 'Expiring Within (Days)'),
			}),
			...(atLeast !== undefined && { atLeast: numberFrom(atLeast, 'Minimum Codes') }),
			...(atMost !== undefined && { atMost: numberFrom(atMost, 'Maximum Codes') }),
			notRedeemed: checkFlag(notRedeemed ?? false, 'Not Redeemed'),
		};
		const recipients = await readPages(call, async (page) => {
			const { recipients: rows, next } = await call.coupons.findRecipients({ ...filter, ...page });
			return { rows, next };
		});
		return itemsOf(call, recipients);
	},
};
