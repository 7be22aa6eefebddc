import { numberFrom } from '../../shared/numbers';
import { providerOfNode } from '../../shared/shops';
import { entered, optionsField, poolField } from '../fields';
import { itemsOf, shownFor, type Operation } from '../operation';
import { shopOfPool, timeoutOption } from './shop-fields';

/** Makes codes until a dynamic pool has as many as it is to keep in stock. */
export const refill: Operation = {
	description: shownFor('pool', 'refill', [
		poolField,
		shopOfPool,
		optionsField(
			{
				displayName: 'Stock to Reach',
				name: 'target',
				type: 'number',
				typeOptions: { minValue: 0 },
				default: 100,
				description:
					'How many codes are to be available, as before a large mailing. What the pool is to keep, if not set. The days of codes that expire in days begin now.',
			},
			timeoutOption,
		),
	]),

	async execute(call) {
		const { id, name } = await call.pool();
		const { target, timeoutMinutes } = entered(call, 'options');
		const report = await call.coupons.refillPool(id, {
			provider: await providerOfNode(call.context),
			...(target !== undefined && { target: numberFrom(target, 'Stock to Reach') }),
			...(timeoutMinutes !== undefined && {
				timeoutSeconds: numberFrom(timeoutMinutes, 'Timeout (Minutes)') * 60,
			}),
			signal: call.context.getExecutionCancelSignal(),
		});
		return itemsOf(call, [{ pool: name, ...report }]);
	},
};
