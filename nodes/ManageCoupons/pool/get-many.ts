import type { ListPoolsFilter } from '../../../lib';
import { itemsOf, shownFor, type Operation } from '../operation';
import { enteredFilters, filtersField } from '../fields';
import { howMany, readPages } from '../list';

/** Which pools are wanted. */
const poolFilters = filtersField([
	{
		displayName: 'Merchant',
		name: 'merchant',
		type: 'string',
		default: '',
		placeholder: 'e.g. shop-uk',
		description: 'Only the pools of this merchant (also known as app or account)',
	},
	{
		displayName: 'Search',
		name: 'search',
		type: 'string',
		default: '',
		placeholder: 'e.g. welcome',
		description: 'A part of the pool’s name or merchant',
	},
	{
		displayName: 'Status',
		name: 'status',
		type: 'options',
		options: [
			{ name: 'All but Archived', value: 'any' },
			{ name: 'All With Archived', value: 'with_archived' },
			{ name: 'Archived', value: 'archived' },
			{ name: 'Expired', value: 'expired' },
			{ name: 'Inactive', value: 'inactive' },
			{ name: 'Not Started', value: 'not_started' },
			{ name: 'Open', value: 'open', description: 'Gives codes, if it has any' },
		],
		default: 'any',
		description: 'Which pools to list',
	},
]);

/** The pools at a glance: what remains of each, its expiry and status. */
export const getMany: Operation = {
	description: shownFor('pool', 'getMany', [...howMany, poolFilters]),

	async execute(call) {
		const filters = enteredFilters(call, poolFilters) as ListPoolsFilter;
		const pools = await readPages(call, async (page) => {
			const { pools: rows, next } = await call.coupons.glanceAtPools({ ...filters, ...page });
			return { rows, next };
		});
		return itemsOf(call, pools);
	},
};
