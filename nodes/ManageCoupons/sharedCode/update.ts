import { invalidParameter } from '../../shared/errors';
import { foundSettings } from '../../shared/pool-settings';
import { optionsField, poolField } from '../fields';
import { itemsOf, shownFor, type Operation } from '../operation';
import {
	chosenSharedCodeSettings,
	namedSharedCode,
	sharedCodeField,
	sharedCodeSettings,
} from './fields';

/** Changes the given settings of a shared code, and leaves the rest as it is. */
export const update: Operation = {
	description: shownFor('sharedCode', 'update', [
		poolField,
		sharedCodeField,
		{
			displayName: 'Settings',
			name: 'settings',
			type: 'collection',
			placeholder: 'Add setting',
			default: {},
			options: [
				...sharedCodeSettings,
				{
					displayName: 'New Code',
					name: 'code',
					type: 'string' as const,
					default: '',
					placeholder: 'e.g. SUMMER25',
					description: 'Another text for the code, as long as nobody was given it',
				},
			].sort((one, other) => one.displayName.localeCompare(other.displayName)),
		},
		optionsField(),
	]),

	async execute(call) {
		const { context, coupons, itemIndex } = call;
		const settings = foundSettings(context, itemIndex, sharedCodeSettings);
		const changes = chosenSharedCodeSettings(settings);
		if (Object.keys(changes).length === 0) {
			throw invalidParameter(
				`Nothing is to be changed [Item ${itemIndex}]`,
				"Add what is to be changed under 'Settings'.",
				itemIndex,
			);
		}
		const { id } = await call.pool();
		const changed = await coupons.changeSharedCode(
			id,
			(await namedSharedCode(call, id)).id,
			changes,
			{ timezone: context.getTimezone() },
		);
		return itemsOf(call, [changed]);
	},
};
