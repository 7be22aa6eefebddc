import { itemsOf, shownFor, type Operation } from '../operation';
import { optionsField, poolField } from '../fields';

/** A pool with its settings and how its stock stands. */
export const get: Operation = {
	description: shownFor('pool', 'get', [poolField, optionsField()]),

	async execute(call) {
		const pool = await call.pool();
		const stock = await call.coupons.checkThreshold(pool.id, {
			alert: 'never',
			timezone: call.context.getTimezone(),
		});
		return itemsOf(call, [{ ...pool, stock }]);
	},
};
