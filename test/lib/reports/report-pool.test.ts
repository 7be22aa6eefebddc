import { startsOfDays } from '../../../lib/reports/starts-of-days';
import { onBothDatabases, onPostgres, type Fixture } from '../../support/databases';
import { poolWith } from '../../support/stock';
import { until } from '../../support/until';

const DAY = 86_400_000;

onBothDatabases('the report of a pool', (fixture) => {
	it('tells what became of its codes: in all, by campaign and by batch', async () => {
		const { coupons } = fixture;
		const { id } = await poolWith(fixture, 10, { merchant: 'uk', defaultCode: 'LATE' });
		const give = async (campaign: string, ...recipients: string[]) =>
			await coupons.assign(
				id,
				recipients.map((recipient) => ({ recipient, campaign })),
			);
		await give('cart', 'ann', 'bob', 'zoe');
		await give('welcome', 'ann');
		await coupons.redeemCode('C001', { orderId: '1' });
		await coupons.releaseCode(id, 'C002');
		await coupons.removeCodes(id, ['C010']);
		const [batch] = (await coupons.listBatches(id)).batches;

		expect(await coupons.reportPool(id, { prove: true })).toMatchObject({
			pool: { id, merchant: 'uk', type: 'unique', status: 'ok' },
			total: 10,
			available: 6,
			reserved: 0,
			assigned: 3,
			removed: 1,
			expiredUnassigned: 0,
			assignments: 3,
			defaultCodes: 0,
			redeemed: 1,
			redemptionRate: 33.3,
			campaigns: [
				{ campaign: 'cart', assigned: 2, redeemed: 1, redemptionRate: 50 },
				{ campaign: 'welcome', assigned: 1, redeemed: 0, redemptionRate: 0 },
			],
			campaignsInAll: 2,
			batches: [{ id: batch.id, added: 10, available: 6, assigned: 3, removed: 1 }],
			proof: { holds: true },
		});
	});

	it('counts what no code of the stock was given for: the default code, a shared one without limit', async () => {
		const { coupons } = fixture;
		const { id } = await poolWith(fixture, 1, { defaultCode: 'LATE' });
		await coupons.assign(id, [{ recipient: 'ann' }, { recipient: 'bob' }]);
		expect(await coupons.reportPool(id)).toMatchObject({
			assigned: 1,
			assignments: 2,
			defaultCodes: 1,
			redemptionRate: 0,
		});
		const shared = await coupons.createPool({
			name: 'Shared',
			type: 'shared',
			sharedCodes: [{ code: 'ALL' }],
		});
		await coupons.assign(shared.id, [{ recipient: 'ann' }, { recipient: 'bob' }]);
		await coupons.redeemCode('ALL', { recipient: 'bob' });
		expect(await coupons.reportPool(shared.id, { prove: true })).toMatchObject({
			available: null,
			assigned: 0,
			assignments: 2,
			redeemed: 1,
			redemptionRate: 50,
			proof: { holds: true },
		});
	});

	it('of an empty pool has no rate, and a day for each day', async () => {
		const { id } = await poolWith(fixture, 0);
		const report = await fixture.coupons.reportPool(id, { days: 3 });
		expect(report).toMatchObject({
			total: 0,
			redemptionRate: null,
			campaigns: [],
			batches: [],
			// Counting everything is to be asked for.
			proof: null,
		});
		expect(report.days).toHaveLength(3);
		expect(report.days[2]).toEqual({
			day: report.reportedAt.toISOString().slice(0, 10),
			assigned: 0,
			redeemed: 0,
		});
	});

	it('counts by the days of the timezone, those of 23 and 25 hours too', async () => {
		const { coupons, database } = fixture;
		const { id } = await poolWith(fixture, 4);
		await coupons.assign(
			id,
			['a', 'b', 'c', 'd'].map((recipient) => ({ recipient })),
		);
		for (const code of ['C001', 'C002', 'C003', 'C004']) await coupons.redeemCode(code);
		const { reportedAt } = await coupons.reportPool(id, { days: 1 });
		// Midnights in Berlin around the last change of summer time before now.
		const year =
			reportedAt.getUTCMonth() > 3 ? reportedAt.getUTCFullYear() : reportedAt.getUTCFullYear() - 1;
		const march = lastSunday(year, 2);
		const start = new Date(march.getTime() - 60 * 60_000);
		const end = new Date(march.getTime() + 22 * 60 * 60_000);
		const at = [start.getTime() - 1000, start.getTime(), end.getTime() - 1000, end.getTime()];
		for (const [index, time] of at.entries()) {
			await database.query(
				'update :schema.assignments set assigned_at = $3, redeemed_at = $3 where pool_id = $1 and code = $2',
				[id, `C00${index + 1}`, new Date(time)],
			);
		}
		const { days } = await coupons.reportPool(id, { days: 366, timezone: 'Europe/Berlin' });
		const of = (day: Date) =>
			days.find((row) => row.day === day.toISOString().slice(0, 10))?.assigned;
		expect([
			of(new Date(march.getTime() - DAY)),
			of(march),
			of(new Date(march.getTime() + DAY)),
		]).toEqual([1, 2, 1]);
		expect(days.reduce((sum, { redeemed }) => sum + redeemed, 0)).toBe(4);
	});

	it('lists the hundred largest campaigns, and says how many there are', async () => {
		const { id } = await poolWith(fixture, 120);
		await fixture.coupons.assign(
			id,
			Array.from({ length: 120 }, (_, index) => ({
				recipient: `r${index}`,
				campaign: `c${index < 20 ? 0 : index}`,
			})),
		);
		const report = await fixture.coupons.reportPool(id);
		expect(report.campaigns).toHaveLength(100);
		expect(report.campaigns[0]).toMatchObject({ campaign: 'c0', assigned: 20 });
		expect(report.campaignsInAll).toBe(101);
	});

	it('shows where the sums do not add up', async () => {
		const { id } = await poolWith(fixture, 2);
		await fixture.coupons.assign(id, [{ recipient: 'ann' }]);
		await fixture.database.query("delete from :schema.codes where code = 'C002'");
		await fixture.database.query("delete from :schema.events where kind = 'assigned'");
		const { proof } = await fixture.coupons.reportPool(id, { prove: true });
		expect(proof?.holds).toBe(false);
		expect(proof?.sums.filter(({ holds }) => !holds)).toMatchObject([
			{ what: expect.stringContaining('Codes added'), counted: 2, expected: 1 },
			{ what: expect.stringContaining('the sums that are kept of them'), counted: 1, expected: 2 },
			{ what: expect.stringContaining('Assignments ever made'), counted: 1, expected: 0 },
			{ what: expect.stringContaining('kept for reports'), counted: 1, expected: 0 },
		]);
	});

	it('is the same whether it reads the sums, the ledger, or some of both', async () => {
		const { coupons, database } = fixture;
		const { id } = await poolWith(fixture, 30, { defaultCode: 'LATE' });
		const give = async (campaign: string, from: number, to: number) =>
			await coupons.assign(
				id,
				Array.from({ length: to - from }, (_, index) => ({
					recipient: `r${from + index}`,
					campaign,
				})),
			);
		await give('cart', 0, 10);
		await give('welcome', 10, 22);
		await coupons.redeemCode('C001');
		await coupons.reportPool(id);
		await sumUpAtOnce(fixture, id);
		// What the sums now have, changes again: the larger campaign becomes the smaller one.
		for (const code of ['C012', 'C013', 'C014', 'C015']) await coupons.releaseCode(id, code);
		await coupons.redeemCode('C002');
		await give('cart', 22, 24);
		await give('late', 24, 45);
		const fromBoth = await coupons.reportPool(id, { prove: true });
		await sumUpAtOnce(fixture, id);
		const fromSums = await coupons.reportPool(id, { prove: true });
		await coupons.recount(id);
		const fromLedger = await coupons.reportPool(id, { prove: true });

		expect(fromBoth).toMatchObject({
			assignments: 41,
			redeemed: 2,
			campaigns: [
				{ campaign: 'late', assigned: 21, redeemed: 0 },
				{ campaign: 'cart', assigned: 12, redeemed: 2, redemptionRate: 16.7 },
				{ campaign: 'welcome', assigned: 8 },
			],
			campaignsInAll: 3,
			proof: { holds: true },
		});
		expect(fromBoth.days.at(-1)).toMatchObject({ assigned: 41, redeemed: 2 });
		const both = { ...fromBoth, reportedAt: expect.any(Date) as Date };
		expect(fromSums).toEqual(both);
		expect(fromLedger).toEqual(both);
		const [unread] = await database.query<{ events: number }>(
			`select count(*)::int as events from :schema.events join :schema.report_sums using (pool_id)
			where pool_id = $1 and id > read_to`,
			[id],
		);
		expect(unread.events).toBeGreaterThan(0);
	});

	it('is not asked for no days, or more than a year', async () => {
		const { id } = await poolWith(fixture, 0);
		for (const days of [0, 367, 1.5]) {
			await expect(fixture.coupons.reportPool(id, { days })).rejects.toMatchObject({
				code: 'invalid_input',
			});
		}
		await expect(fixture.coupons.reportPool(id, { timezone: 'Mars' })).rejects.toMatchObject({
			code: 'invalid_input',
		});
	});
});

/**
 * What was noted becomes part of the sums after a minute, if all transactions of the server have ended that were open
 * then. Here without the minute, but other tests may have some open.
 */
async function sumUpAtOnce({ database, coupons }: Fixture, poolId: string): Promise<void> {
	const readTo = async () =>
		(await database.query<{ read_to: string }>(READ_TO, [poolId]))[0].read_to;
	const before = await readTo();
	await until(async () => {
		await database.query(
			"update :schema.report_sums set next_at = now() - interval '2 minutes' where pool_id = $1",
			[poolId],
		);
		await coupons.reportPool(poolId);
		return Number(await readTo()) > Number(before);
	});
	expect(Number(await readTo())).toBeGreaterThan(Number(before));
}

const READ_TO = 'select read_to from :schema.report_sums where pool_id = $1';

onPostgres('the proof', (fixture) => {
	it('holds at any moment while codes are given, released and redeemed', async () => {
		const { coupons } = fixture;
		const { id } = await poolWith(fixture, 150);
		let working = true;
		const work = Promise.all(
			Array.from({ length: 4 }, async (_, client) => {
				for (let turn = 0; turn < 25; turn++) {
					const [given] = await coupons.assign(id, [{ recipient: `r${client}-${turn}` }]);
					if (turn % 2 === 0) await coupons.releaseCode(id, given.code ?? '');
					else await coupons.redeemCode(given.code ?? '', { poolId: id });
				}
			}),
		).finally(() => (working = false));
		let looks = 0;
		while (working) {
			const { proof } = await coupons.reportPool(id, { days: 1, prove: true });
			expect(proof?.sums.filter(({ holds }) => !holds)).toEqual([]);
			looks++;
		}
		await work;
		expect(looks).toBeGreaterThan(0);
	});
});

/** Midnight, in UTC, of the last Sunday of a month (0 to 11): when summer time begins in Europe. */
function lastSunday(year: number, month: number): Date {
	const last = new Date(Date.UTC(year, month + 1, 0));
	return new Date(last.getTime() - last.getUTCDay() * DAY);
}

it('has days that begin at midnight, but for the one that has none', () => {
	const starts = startsOfDays({
		days: 3,
		timezone: 'America/Santiago',
		now: new Date('2026-09-06T15:00:00Z'),
	});
	expect(starts.map((start) => start.toISO())).toEqual([
		'2026-09-04T00:00:00.000-04:00',
		'2026-09-05T00:00:00.000-04:00',
		'2026-09-06T01:00:00.000-03:00',
		'2026-09-07T00:00:00.000-03:00',
	]);
});
