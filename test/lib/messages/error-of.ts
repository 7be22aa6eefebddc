import { CouponPoolsError } from '../../../lib/errors';

/** The error that `work` throws, which must be one that a person can read. */
export function errorOf(work: () => unknown): CouponPoolsError {
	try {
		work();
	} catch (error) {
		if (error instanceof CouponPoolsError) return error;
		throw error;
	}
	throw new Error('Nothing was thrown.');
}
