import { onBothDatabases } from '../../support/databases';
import { numbered, poolWith } from '../../support/stock';
import { expectSumsToHold } from '../../support/sums';

onBothDatabases('the sums of a pool', (fixture) => {
	const rows = async (id: string) => {
		const [{ count }] = await fixture.database.query<{ count: number }>(
			'select count(*)::int as count from :schema.tallies where pool_id = $1',
			[id],
		);
		return count;
	};

	it('stay few rows, however many single codes are given, and right', async () => {
		const { id } = await poolWith(fixture, 450);
		for (const recipient of numbered(450)) await fixture.coupons.assign(id, [{ recipient }]);
		expect(await rows(id)).toBeLessThan(250);
		await expectSumsToHold(fixture.database, id);
		expect(await fixture.coupons.checkThreshold(id)).toMatchObject({
			available: 0,
			assigned: 450,
			usedLast24Hours: 450,
		});
	});

	it('are right for codes that expire within the hour', async () => {
		const { id } = await poolWith(fixture, 0);
		const rowsOf = (count: number, prefix: string, milliseconds: number) =>
			numbered(count).map((code) => ({
				code: `${prefix}${code}`,
				expiresAt: new Date(Date.now() + milliseconds).toISOString(),
			}));
		await fixture.coupons.uploadCodes(id, [
			...rowsOf(3, 'SOON-', 1500),
			...rowsOf(2, 'LATER-', 600_000),
			...rowsOf(4, 'NEXT-YEAR-', 365 * 86_400_000),
		]);
		expect(await fixture.coupons.checkThreshold(id)).toMatchObject({ available: 9, expiring: 5 });
		await new Promise((resolve) => setTimeout(resolve, 2000));
		expect(await fixture.coupons.checkThreshold(id)).toMatchObject({
			available: 6,
			expiredUnassigned: 3,
			expiring: 2,
		});
		expect((await fixture.coupons.listBatches(id)).batches).toMatchObject([
			{ available: 6, expiredUnassigned: 3 },
		]);
	});

	it('are counted anew after the tables were changed by hand', async () => {
		const { id } = await poolWith(fixture, 9);
		await fixture.coupons.assign(id, [{ recipient: 'ann' }]);
		await fixture.database.query("delete from :schema.codes where code in ('C008', 'C009')");
		await fixture.database.query('update :schema.batches set added = 7 where pool_id = $1', [id]);
		await fixture.coupons.recount(id);
		expect(await fixture.coupons.checkThreshold(id)).toMatchObject({
			available: 6,
			assigned: 1,
			total: 7,
			usedLast24Hours: 1,
		});
		await expectSumsToHold(fixture.database, id);
	});
});
