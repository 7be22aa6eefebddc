import { onOneServer } from '../../support/databases';
import { assignmentsRead } from '../../support/assignments-read';
import { poolWith } from '../../support/stock';

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
		const read = await assignmentsRead(fixture, async (coupons) => {
			const given = await coupons.assign(pool.id, people(count));
			expect(given).toEqual(given.map(() => expect.objectContaining({ issue: 'repeat' })));
		});
		expect(read).toBeGreaterThan(0);
		expect(read).toBeLessThan(10 * count);
	});
});
