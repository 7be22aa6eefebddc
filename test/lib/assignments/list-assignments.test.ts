import type { AssignmentFilter } from '../../../lib';
import { onBothDatabases } from '../../support/databases';
import { poolWith } from '../../support/stock';

onBothDatabases('the list of assignments', (fixture) => {
	it('is filtered by pool, campaign, recipient, time, source and redemption', async () => {
		const { coupons } = fixture;
		const one = await poolWith(fixture, ['A1', 'A2']);
		const two = await poolWith(fixture, ['B1'], { defaultCode: 'DEF' });
		await coupons.assign(one.id, [
			{ recipient: 'Ann@example.com', campaign: 'cart' },
			{ recipient: 'bob', campaign: 'welcome' },
		]);
		await coupons.assign(two.id, [{ recipient: 'ann@example.com' }, { recipient: 'bob' }]);
		await coupons.redeemCode('A1', { orderId: '#7' });
		const codes = async (filter: AssignmentFilter) =>
			(await coupons.listAssignments(filter)).assignments.map(({ code }) => code);

		expect(await codes({})).toEqual(['A1', 'A2', 'B1', 'DEF']);
		expect(await codes({ poolId: two.id })).toEqual(['B1', 'DEF']);
		expect(await codes({ campaign: 'cart' })).toEqual(['A1']);
		expect(await codes({ recipient: 'ANN@example.com ' })).toEqual(['A1', 'B1']);
		expect(await codes({ source: 'default' })).toEqual(['DEF']);
		expect(await codes({ redeemed: true })).toEqual(['A1']);
		expect(await codes({ redeemed: false })).toEqual(['A2', 'B1', 'DEF']);
		expect(await codes({ until: '2001-01-01' })).toEqual([]);
		expect(await codes({ from: '2001-01-01', until: '2999-01-01' })).toHaveLength(4);
		await expect(codes({ poolId: 'abc' })).rejects.toMatchObject({ code: 'pool_not_found' });
		await expect(codes({ from: 'yesterday' })).rejects.toMatchObject({ code: 'invalid_input' });
	});

	it('finds a campaign of a pool whether its sums were taken before, in between or not at all', async () => {
		const { coupons, database } = fixture;
		const { id } = await poolWith(fixture, 9);
		const give = async (...campaigns: string[]) =>
			await coupons.assign(
				id,
				campaigns.map((campaign, index) => ({ recipient: `${campaign} ${index}`, campaign })),
			);
		const found = async (campaign: string) =>
			(await coupons.listAssignments({ poolId: id, campaign })).assignments.map(({ code }) => code);
		await give('a', 'b', 'a');
		expect(await found('a')).toEqual(['C001', 'C003']);
		await coupons.reportPool(id);
		await database.query(
			"update :schema.report_sums set next_at = now() - interval '2 minutes' where pool_id = $1",
			[id],
		);
		await coupons.reportPool(id);
		expect(await found('b')).toEqual(['C002']);
		await give('c', 'a', 'd', 'c');
		expect(await found('a')).toEqual(['C001', 'C003', 'C005']);
		expect(await found('c')).toEqual(['C004', 'C007']);
		expect(await found('none')).toEqual([]);
	});

	it('has released ones only if they are asked for', async () => {
		const { id } = await poolWith(fixture, ['A1']);
		await fixture.coupons.assign(id, [{ recipient: 'ann' }]);
		await fixture.coupons.releaseCode(id, 'A1');
		expect((await fixture.coupons.listAssignments()).assignments).toEqual([]);
		expect((await fixture.coupons.listAssignments({ released: true })).assignments).toMatchObject([
			{ code: 'A1', releasedAt: expect.any(Date) },
		]);
	});

	it('goes on page by page, though many were assigned at one instant', async () => {
		const { id } = await poolWith(fixture, 25);
		await fixture.coupons.assign(
			id,
			Array.from({ length: 25 }, (_, index) => ({ recipient: `p${index}` })),
		);
		const seen: string[] = [];
		let after: string | undefined;
		do {
			const page = await fixture.coupons.listAssignments({ limit: 4, after });
			seen.push(...page.assignments.map((row) => row.code));
			after = page.next ?? undefined;
		} while (after !== undefined);
		expect(seen).toHaveLength(25);
		expect(new Set(seen).size).toBe(25);
	});
});

onBothDatabases('the export', (fixture) => {
	async function text(...options: Parameters<typeof fixture.coupons.exportAssignments>) {
		let csv = '';
		for await (const piece of fixture.coupons.exportAssignments(...options)) csv += piece;
		return csv;
	}

	it('has external id, user id, code, timestamp and more, for whoever reads CSV', async () => {
		const pool = await poolWith(fixture, ['A1'], { name: 'Zehn, "10" %', merchant: 'shop' });
		await fixture.coupons.assign(pool.id, [{ recipient: 'jürgen@例え.jp', campaign: 'x\u00a0y' }]);
		const [head, row, rest] = (await text({}, { byteOrderMark: false })).split('\r\n');
		expect(head).toBe(
			'external_id,user_id,code,timestamp,pool,merchant,campaign,source,expires_at,redeemed_at,order_id,released_at,assignment_id',
		);
		expect(row).toMatch(
			/^jürgen@例え\.jp,jürgen@例え\.jp,A1,\d{4}-\d\d-\d\dT[\d:.]+Z,"Zehn, ""10"" %",shop,x\u00a0y,pool,,,,,\d+$/,
		);
		expect(rest).toBe('');
		expect(await text()).toMatch(/^\ufeffexternal_id,/);
	});

	it.each(['=1+1', '+1+1', '-1', '@SUM(A1)'])(
		'makes a cell that a spreadsheet would run (%s) harmless',
		async (recipient) => {
			const { id } = await poolWith(fixture, ['=CMD()']);
			await fixture.coupons.assign(id, [{ recipient }]);
			const [, row] = (await text()).split('\r\n');
			expect(row).toMatch(`'${recipient},'${recipient},'=CMD(),`);
		},
	);

	it('passes through more than a page, each assignment once', async () => {
		const { id } = await poolWith(fixture, 1100);
		await fixture.coupons.assign(
			id,
			Array.from({ length: 1100 }, (_, index) => ({ recipient: `p${index}` })),
		);
		const rows = (await text({ poolId: id })).trim().split('\r\n').slice(1);
		expect(new Set(rows.map((row) => row.split(',')[2])).size).toBe(1100);
		expect(rows).toHaveLength(1100);
	});
});
