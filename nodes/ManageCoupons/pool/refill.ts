import { providerOfNode, shopField } from '../../shared/shops';
import { entered, optionsField, poolField } from '../fields';
import { itemsOf, shownFor, type Operation } from '../operation';

/** Of a pool that makes its codes here, there is no shop. */
export const shopOfPool = shopField(
	{ displayName: 'Shop', description: 'The shop that the pool makes its codes in' },
	{ name: 'None', value: 'none', description: 'The pool makes its codes here' },
);

/** How long the operation may take, for both that wait for a shop. */
export const timeoutOption = {
	displayName: 'Timeout (Minutes)',
	name: 'timeoutMinutes',
	type: 'number' as const,
	typeOptions: { minValue: 0.1 },
	default: 10,
	description: 'After how long to stop. What was done until then stays, and the next run goes on.',
};

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
					'How many codes are to be available, as before a large mailing. What the pool is to keep, if not set.',
			},
			timeoutOption,
		),
	]),

	async execute(call) {
		const { id, name } = await call.pool();
		const { target, timeoutMinutes } = entered(call, 'options');
		const report = await call.coupons.refillPool(id, {
			provider: await providerOfNode(call.context),
			...(target !== undefined && { target: Number(target) }),
			...(timeoutMinutes !== undefined && { timeoutSeconds: Number(timeoutMinutes) * 60 }),
			signal: call.context.getExecutionCancelSignal(),
		});
		return itemsOf(call, [{ pool: name, ...report }]);
	},
};
