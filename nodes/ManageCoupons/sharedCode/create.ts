import { foundSettings } from '../../shared/pool-settings';
import { optionsField, poolField, textOf } from '../fields';
import { itemsOf, shownFor, type Operation } from '../operation';
import { chosenSharedCodeSettings, sharedCodeField, sharedCodeSettings } from './fields';

/** Adds a code to a shared pool, for now or for later. */
export const create: Operation = {
	description: shownFor('sharedCode', 'create', [
		poolField,
		{ ...sharedCodeField, description: 'What everybody is given (also known as static code)' },
		{
			displayName: 'Settings',
			name: 'settings',
			type: 'collection',
			placeholder: 'Add setting',
			default: {},
			options: sharedCodeSettings,
		},
		optionsField(),
	]),

	async execute(call) {
		const { context, coupons, itemIndex } = call;
		const settings = foundSettings(context, itemIndex, sharedCodeSettings);
		const { id } = await call.pool();
		const added = await coupons.addSharedCode(
			id,
			{ ...chosenSharedCodeSettings(settings), code: textOf(call, 'sharedCode') },
			{ timezone: context.getTimezone() },
		);
		return itemsOf(call, [added]);
	},
};
