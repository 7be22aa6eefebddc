import { itemsOf, shownFor, type Operation } from '../operation';
import { heldCodeFields, namedAssignment } from './held-code';
import { namedCode } from './named-code';

/** Puts a code that somebody holds back into the stock. */
export const release: Operation = {
	description: shownFor('code', 'release', heldCodeFields),

	async execute(call) {
		const { id, name } = await call.pool();
		const assignmentId = namedAssignment(call);
		if (assignmentId !== undefined) {
			await call.coupons.release(id, assignmentId);
			return itemsOf(call, [{ released: true, assignmentId, poolId: id, pool: name }]);
		}
		const released = await call.coupons.releaseCode(id, namedCode(call));
		return itemsOf(call, [{ released: true, ...released }]);
	},
};
