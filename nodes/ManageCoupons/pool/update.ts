import type { IDataObject } from 'n8n-workflow';
import { nameSome } from '../../../lib';
import { invalidParameter } from '../../shared/errors';
import { chosenSettings, poolSettings } from '../../shared/pool-settings';
import { hintAt, itemsOf, shownFor, type Call, type Operation } from '../operation';
import { optionsField, poolField } from '../fields';

/** Changes the given settings of a pool, and leaves the rest as it is. */
export const update: Operation = {
	description: shownFor('pool', 'update', [
		poolField,
		{
			displayName: 'Settings',
			name: 'settings',
			type: 'collection',
			placeholder: 'Add setting',
			default: {},
			options: [
				...poolSettings,
				{
					displayName: 'Name',
					name: 'name',
					type: 'string' as const,
					default: '',
					placeholder: 'e.g. SCA10Off',
					description: 'A new name for the pool. Steps that choose it By Name must be changed too.',
				},
			].sort((one, other) => one.displayName.localeCompare(other.displayName)),
		},
		optionsField(),
	]),

	async execute(call) {
		const { context, coupons, itemIndex } = call;
		const settings = context.getNodeParameter('settings', itemIndex, {}) as IDataObject;
		const changes = {
			...chosenSettings(context, itemIndex),
			...('name' in settings && { name: String(settings.name ?? '') }),
		};
		if (Object.keys(changes).length === 0) {
			throw invalidParameter(
				`Nothing is to be changed [Item ${itemIndex}]`,
				"Add what is to be changed under 'Settings'.",
				itemIndex,
			);
		}
		const { id, name } = await call.pool();
		const pool = await coupons.updatePool(id, changes, { timezone: context.getTimezone() });
		if (pool.name !== name) hintAt(call, pool, await warningOfNewName(call, id));
		return itemsOf(call, [pool]);
	},
};

/** Null if no workflow has used the pool so far. */
async function warningOfNewName({ coupons }: Call, poolId: string): Promise<string | null> {
	const uses = await coupons.whereUsed(poolId);
	const users = new Set(uses.filter(({ manual }) => !manual).map(({ workflow }) => workflow));
	if (users.size === 0) return null;
	return `Used by ${nameSome([...users])}: where their steps choose the pool By Name, enter the new name, or they find it no more. From List needs no change.`;
}
