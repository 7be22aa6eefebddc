import { Upkeep } from '../../../lib/upkeep';
import { onBothDatabases } from '../../support/databases';
import { numbered, poolWith } from '../../support/stock';
import { expectSumsToHold } from '../../support/sums';
import { until } from '../../support/until';

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

	it('become few rows again aside of the work, however many codes were redeemed one by one', async () => {
		const { id } = await poolWith(fixture, 120);
		const recipients = numbered(120).map((recipient) => ({ recipient }));
		await fixture.coupons.assign(id, recipients);
		for (const code of numbered(120)) {
			await fixture.coupons.redeemOrders([{ orderId: code, codes: [code] }]);
		}
		// As many again, and more than are summed up at once.
		await fixture.database.query(
			`insert into :schema.tallies (pool_id, batch_id, expires_hour, redeemed)
			select $1, batch_id, expires_hour, case when nth % 2 = 0 then 1 else -1 end
			from (
				select batch_id, expires_hour from :schema.tallies where pool_id = $1 and batch_id is not null limit 1
			) as one
			cross join generate_series(1, 4500) as nth`,
			[id],
		);
		expect(await rows(id)).toBeGreaterThan(4600);
		const upkeep = new Upkeep(fixture.database, 1);
		upkeep.note(id);
		await until(async () => (await rows(id)) < 100);
		await upkeep.close();
		expect(await fixture.coupons.checkThreshold(id)).toMatchObject({
			assigned: 120,
			redeemed: 120,
		});
		await expectSumsToHold(fixture.database, id);
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
