import { CouponPools } from '../../../lib';
import type { Session } from '../../../lib/database/database';
import { type Fixture, onOneServer } from '../../support/databases';
import { poolWith } from '../../support/stock';

/** All in one transaction, which alone can count what it has read so far. */
async function rowsRead(
	{ database }: Fixture,
	work: (coupons: CouponPools) => Promise<unknown>,
): Promise<number> {
	return await database.transaction(async (session: Session) => {
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

onOneServer('repeats of a campaign that is newer than the statistics of its tables', (fixture) => {
	const people = (count: number) =>
		Array.from({ length: count }, (_, n) => ({ recipient: `${n}@example.com`, campaign: 'sale' }));

	it.each([
		['one', 1],
		['some', 50],
		['many', 500],
	])('read the assignments of their recipients alone (%s)', async (_, count) => {
		const pool = await poolWith(fixture, 20_000);
		// What the tables were when they were looked at last.
		await fixture.owner.query('vacuum analyze :schema.assignments');
		await fixture.coupons.assign(pool.id, people(20_000));
		const read = await rowsRead(fixture, async (coupons) => {
			const given = await coupons.assign(pool.id, people(count));
			expect(given).toEqual(given.map(() => expect.objectContaining({ issue: 'repeat' })));
		});
		expect(read).toBeGreaterThan(0);
		expect(read).toBeLessThan(10 * count);
	});
});
