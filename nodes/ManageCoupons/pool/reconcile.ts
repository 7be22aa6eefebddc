import { invalidParameter } from '../../shared/errors';
import { numberFrom } from '../../shared/numbers';
import { providerOfNode } from '../../shared/shops';
import { entered, optionsField, poolField } from '../fields';
import { itemsOf, shownFor, type Operation } from '../operation';
import { shopOfPool, timeoutOption } from './shop-fields';

/** Asks the shop which assigned codes were used, and records it. */
export const reconcile: Operation = {
	description: shownFor('pool', 'reconcile', [poolField, shopOfPool, optionsField(timeoutOption)]),

	async execute(call) {
		const provider = await providerOfNode(call.context);
		if (!provider) {
			throw invalidParameter(
				'No shop is chosen that could be asked',
				"Choose under 'Shop' where the codes are redeemed.",
				call.itemIndex,
			);
		}
		const { id, name } = await call.pool();
		const { timeoutMinutes } = entered(call, 'options');
		const report = await call.coupons.reconcilePool(id, provider, {
			...(timeoutMinutes !== undefined && {
				timeoutSeconds: numberFrom(timeoutMinutes, 'Timeout (Minutes)') * 60,
			}),
			signal: call.context.getExecutionCancelSignal(),
		});
		return itemsOf(call, [{ pool: name, ...report }]);
	},
};
