import { CouponPoolsError } from '../errors';
import type { Pool } from '../pools/pool';

/** For operations on single codes. @throws CouponPoolsError `wrong_pool_type` */
export function expectUnique(pool: Pool, what: string): void {
	if (pool.type === 'shared') {
		throw new CouponPoolsError(
			'wrong_pool_type',
			`The pool ${JSON.stringify(pool.name)} is shared: ${what} cannot be managed one by one`,
			{
				hint: 'Use the resource Shared Code; who was given it: Assignment → Get Many.',
			},
		);
	}
}
