import { shopField } from '../../shared/shops';

/** A pool that makes its codes here has no shop. */
export const shopOfPool = shopField(
	{ displayName: 'Shop', description: 'The shop that the pool makes its codes in' },
	{ name: 'None', value: 'none', description: 'The pool makes its codes here' },
);

/** How long the operation may take, for the two operations that wait for a shop. */
export const timeoutOption = {
	displayName: 'Timeout (Minutes)',
	name: 'timeoutMinutes',
	type: 'number' as const,
	typeOptions: { minValue: 0.1 },
	default: 10,
	description: 'After how long to stop. What was done until then stays, and the next run goes on.',
};
