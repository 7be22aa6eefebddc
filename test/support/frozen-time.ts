import { CouponPools } from '../../lib/coupon-pools';
import type { Database, Session } from '../../lib/database/database';

/**
 * Runs `work` in one transaction, in which the database's clock stands still: what is 24 hours ago is so to the
 * microsecond, however slow the machine is.
 */
export async function inFrozenTime(
	database: Database,
	work: (coupons: CouponPools, session: Session) => Promise<void>,
): Promise<void> {
	await database.transaction(async (session) => {
		const query: Session['query'] = async (text, values) => await session.query(text, values);
		const frozen: Database = {
			query,
			queryPrepared: async (_name, text, values) => await session.query(text, values),
			transaction: async (step) => await step(session),
			close: async () => undefined,
		};
		await work(new CouponPools(frozen), session);
	});
}
