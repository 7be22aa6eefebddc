import { itemsOf, shownFor, type Operation } from '../operation';
import { heldCodeFields, namedAssignment } from './held-code';
import { namedCode } from './named-code';

/** Makes a code that is on hold its recipient's for good. */
export const confirm: Operation = {
	description: shownFor('code', 'confirm', heldCodeFields),

	async execute(call) {
		const { id, name } = await call.pool();
		const assignmentId = namedAssignment(call);
		if (assignmentId !== undefined) {
			await call.coupons.confirm(id, assignmentId);
			return itemsOf(call, [{ confirmed: true, assignmentId, poolId: id, pool: name }]);
		}
		const confirmed = await call.coupons.confirmCode(id, namedCode(call));
		return itemsOf(call, [{ confirmed: true, ...confirmed }]);
	},
};
