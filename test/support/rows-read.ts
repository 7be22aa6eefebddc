import { CouponPools } from '../../lib';
import type { Fixture } from './databases';

/** How many assignments the database reads for some work, which is done in one transaction: only that can count its own. */
export async function assignmentsRead(
	{ database }: Fixture,
	work: (coupons: CouponPools) => Promise<unknown>,
): Promise<number> {
	return await database.transaction(async (session) => {
		await work(
			new CouponPools({
				...database,
				...session,
				queryPrepared: async (_, text, values) => await session.query(text, values),
				transaction: async (inner) => await inner(session),
			}),
		);
		const [{ read }] = await session.query<{ read: number }>(
			`select idx_tup_fetch::int + seq_tup_read::int as read from pg_stat_xact_user_tables
			where relid = ':schema.assignments'::regclass`,
		);
		return read;
	});
}
