import { anyPoolField, optionsField } from '../fields';
import { howMany, readPages } from '../list';
import { itemsOf, shownFor, type Operation } from '../operation';
import { assignmentFilter, assignmentFilters } from './filters';

/** Who holds which code. */
export const getMany: Operation = {
	description: shownFor('assignment', 'getMany', [
		anyPoolField,
		...howMany,
		assignmentFilters,
		optionsField(),
	]),

	async execute(call) {
		const filter = await assignmentFilter(call);
		const assignments = await readPages(call, async (page) => {
			const { assignments: rows, next } = await call.coupons.listAssignments({
				...filter,
				...page,
			});
			return { rows, next };
		});
		return itemsOf(call, assignments);
	},
};
