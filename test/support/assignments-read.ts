import type { CouponPools } from '../../lib';
import type { Fixture } from './databases';
import { inFrozenTime } from './frozen-time';

/**
 * How many assignments the database reads for some work; the work runs in one transaction, since only that counts its
 * own.
 */
export async function assignmentsRead(
	{ database }: Fixture,
	work: (coupons: CouponPools) => Promise<unknown>,
): Promise<number> {
	let count = 0;
	await inFrozenTime(database, async (coupons, session) => {
		await work(coupons);
		[{ count }] = await session.query<{ count: number }>(
			`select idx_tup_fetch::int + seq_tup_read::int as count from pg_stat_xact_user_tables
			where relid = ':schema.assignments'::regclass`,
		);
	});
	return count;
}
