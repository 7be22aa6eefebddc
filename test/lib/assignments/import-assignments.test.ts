import { onBothDatabases, onPostgres } from '../../support/databases';
import { numbered, poolWith } from '../../support/stock';
import { expectSumsToHold } from '../../support/sums';

const EXPORT = `Contact Email;Coupon Code;Conversation;Date Sent;Expiration Date;Date Redeemed
 Jane@Example.com;L-1;welcome;2026-01-05;2031-01-31;2026-01-05
jane@example.com;L-2;cart;2026-03-01 10:30;;
bob@example.com;L-3;cart;2026-02-01;;
`;

onBothDatabases('codes that another system has given', (fixture) => {
	it('become assignments, with recipient, campaign, dates and history', async () => {
		const { coupons, database } = fixture;
		const pool = await poolWith(fixture, 0);
		const report = await coupons.importAssignments(pool.id, EXPORT, { fileName: 'listrak.csv' });
		expect(report).toEqual({
			batchId: expect.stringMatching(/^\d+$/),
			received: 3,
			added: 3,
			fromStock: 0,
			alreadyAssigned: 0,
			duplicatesInFile: 0,
			redeemed: 1,
			invalid: 0,
			invalidRows: [],
			sameFileAs: null,
			poolTotal: 3,
			poolAvailable: 0,
		});
		const { assignments } = await coupons.listAssignments({ poolId: pool.id });
		expect(assignments).toHaveLength(3);
		const { entries } = await coupons.getHistory('jane@example.com');
		expect(entries).toMatchObject([
			{
				code: 'L-1',
				campaign: 'welcome',
				issue: 'initial',
				at: new Date('2026-01-05T00:00:00Z'),
				expiresAt: new Date('2031-01-31T23:59:59.999Z'),
				redeemedAt: new Date('2026-01-05T23:59:59.999Z'),
			},
			{ code: 'L-2', campaign: 'cart', at: new Date('2026-03-01T10:30:00Z'), redeemedAt: null },
		]);
		expect((await coupons.getCode(pool.id, 'L-1')).state).toBe('assigned');
		expect(
			await database.query('select kind, at, code from :schema.events order by id'),
		).toMatchObject([
			{ kind: 'imported', at: new Date('2026-01-05T00:00:00Z'), code: 'L-1' },
			{ kind: 'redemption_imported', code: 'L-1' },
			{ kind: 'imported', code: 'L-3' },
			{ kind: 'imported', code: 'L-2' },
		]);
		await expectSumsToHold(database, pool.id);
	});

	it('are those of an export with external ID, user ID, assigned coupon code and timestamp', async () => {
		const { coupons } = fixture;
		const pool = await poolWith(fixture, 0);
		const report = await coupons.importAssignments(
			pool.id,
			'External ID,User ID,Assigned coupon code,Timestamp\nE1,U1,A1,2026-01-05 10:30\n',
		);
		expect(report).toMatchObject({ received: 1, added: 1, invalid: 0 });
		const { assignments } = await coupons.listAssignments({ poolId: pool.id });
		expect(assignments).toMatchObject([
			{ code: 'A1', recipient: 'E1', assignedAt: new Date('2026-01-05T10:30:00Z') },
		]);
	});

	it('are those of an export from here, which is read back with all that recipients hold', async () => {
		const { coupons, database } = fixture;
		const from = await poolWith(fixture, ['=A1', 'B2', 'C3', 'D4'], { defaultCode: 'ALL' });
		const people = ['+491701234567', '+49 170 1', '=SUM(1)', 'gone', 'late'];
		await coupons.assign(
			from.id,
			people.slice(0, 4).map((recipient) => ({ recipient, campaign: '-10 %' })),
		);
		await coupons.assign(from.id, [{ recipient: 'late' }]);
		await coupons.releaseCode(from.id, 'D4');
		let csv = '';
		const everything = { poolId: from.id, released: true };
		for await (const piece of coupons.exportAssignments(everything)) csv += piece;

		const to = await poolWith(fixture, 0, { name: 'To' });
		const report = await coupons.importAssignments(to.id, csv);
		expect(report).toMatchObject({ received: 5, added: 3, invalid: 2 });
		expect(report.invalidRows.map(({ value, reason }) => [value, reason]).sort()).toEqual([
			['ALL', 'is a default code, which belongs to nobody alone'],
			['D4', 'was taken back from its recipient, who does not hold it any more'],
		]);
		const { assignments } = await coupons.listAssignments({ poolId: to.id });
		expect(assignments.map(({ recipient, code, campaign }) => [recipient, code, campaign])).toEqual(
			expect.arrayContaining([
				['+491701234567', '=A1', '-10 %'],
				['+49 170 1', 'B2', '-10 %'],
				['=SUM(1)', 'C3', '-10 %'],
			]),
		);
		await expectSumsToHold(database, to.id);
	});

	it('keep dates that stand for ever or for unknown, in any timezone', async () => {
		const { coupons } = fixture;
		const pool = await poolWith(fixture, 0);
		// In UTC these are in the years 10000 and, by half an hour, 0.
		const east = { timezone: 'Europe/Berlin' };
		const west = { timezone: 'America/New_York' };
		const recipient = 'jane@example.com';
		const given = (code: string, assignedAt: string) => ({ code, recipient, assignedAt });
		await coupons.importAssignments(pool.id, [given('A1', '0001-01-01')], east);
		await coupons.importAssignments(
			pool.id,
			[{ ...given('A2', '2026-01-05'), expiresAt: '9999-12-31' }],
			west,
		);
		const first = await coupons.getHistory(recipient, { limit: 1 });
		expect(first.entries).toMatchObject([{ code: 'A1', at: new Date('0000-12-31T23:06:32Z') }]);
		const rest = await coupons.getHistory(recipient, { after: first.next ?? '' });
		expect(rest.entries).toMatchObject([
			{ code: 'A2', expiresAt: new Date('+010000-01-01T04:59:59.999Z') },
		]);
		const all = { from: '0001-01-01', until: '9999-12-31', ...west };
		expect((await coupons.listAssignments(all)).assignments).toMatchObject([{ code: 'A2' }]);
	});

	it('have no source and no release in a file without headings', async () => {
		const { coupons } = fixture;
		const pool = await poolWith(fixture, 0);
		const report = await coupons.importAssignments(pool.id, 'A1,jane,,,,,default,2026-01-01');
		expect(report).toMatchObject({ added: 1, invalid: 0 });
	});

	it('are refused where they stand in another pool, if asked to', async () => {
		const { coupons } = fixture;
		await poolWith(fixture, ['L-1', 'L-9'], { name: 'The "other"' });
		await coupons.createPool({ name: 'Shared', type: 'shared', sharedCodes: [{ code: 'L-2' }] });
		const pool = await poolWith(fixture, ['L-9']);
		const given = ['L-1', 'L-2', 'L-3', 'L-9'].map((code) => ({ code, recipient: 'jane' }));
		expect(
			await coupons.importAssignments(pool.id, given, { uniqueAcrossPools: true }),
		).toMatchObject({
			received: 4,
			added: 1,
			// It stood in this pool before.
			fromStock: 1,
			invalid: 2,
			invalidRows: [
				{ line: 1, value: 'L-1', reason: 'stands in the pool "The \\"other\\""' },
				{ line: 2, value: 'L-2', reason: 'stands in the pool "Shared"' },
			],
		});
		expect(await coupons.importAssignments(pool.id, given)).toMatchObject({ added: 2, invalid: 0 });
		await expectSumsToHold(fixture.database, pool.id);
	});

	it('are seen by every re-issue policy', async () => {
		const { coupons } = fixture;
		const pool = await poolWith(fixture, 3);
		const hour = 3_600_000;
		const ago = (hours: number) => new Date(Date.now() - hours * hour);
		await coupons.importAssignments(pool.id, [
			{ code: 'OLD', recipient: 'jane', campaign: 'cart', assignedAt: ago(50) },
			{ code: 'NEW', recipient: 'jane', campaign: 'cart', assignedAt: ago(2) },
			{ code: 'OVER', recipient: 'ann', campaign: 'cart', assignedAt: ago(90), expiresAt: ago(5) },
			{ code: 'USED', recipient: 'bob', campaign: 'cart', assignedAt: ago(9), redeemedAt: ago(1) },
		]);
		const ask = async (recipient: string, options: Parameters<typeof coupons.assign>[2]) => {
			const [result] = await coupons.assign(pool.id, [{ recipient, campaign: 'cart' }], options);
			return result.code ?? result.reason;
		};
		expect(await ask('jane', { ifAlreadyAssigned: 'alwaysSame' })).toBe('NEW');
		expect(await ask('jane', { ifAlreadyAssigned: 'sameWithin', withinHours: 3 })).toBe('NEW');
		expect(await ask('jane', { ifAlreadyAssigned: 'sameUntilExpires' })).toBe('NEW');
		expect(await ask('jane', { ifAlreadyAssigned: 'onlyRepeat' })).toBe('NEW');
		expect(await ask('ann', { ifAlreadyAssigned: 'onlyRepeat' })).toBe('code_expired');
		expect(await ask('nobody', { ifAlreadyAssigned: 'onlyRepeat' })).toBe('never_assigned');
		expect(await ask('jane', { ifAlreadyAssigned: 'sameWithin', withinHours: 1 })).toBe('C001');
		expect(await ask('ann', { ifAlreadyAssigned: 'sameUntilExpires' })).toBe('C002');
		expect(await ask('bob', { ifAlreadyAssigned: 'sameUntilRedeemed' })).toBe('C003');
		await expectSumsToHold(fixture.database, pool.id);
	});

	it('given before what the recipient has here stand before it: the latest is still repeated', async () => {
		const { coupons, database } = fixture;
		const pool = await poolWith(fixture, 1);
		await coupons.assign(pool.id, [{ recipient: 'jane' }]);
		await coupons.importAssignments(
			pool.id,
			'X1,jane,,2025-01-01\nX3,jane,,2025-03-01\nX2,jane,,2025-02-01',
		);
		expect(
			await database.query('select code from :schema.assignments order by recipient, nth'),
		).toEqual([{ code: 'X1' }, { code: 'X2' }, { code: 'X3' }, { code: 'C001' }]);
		const [again] = await coupons.assign(pool.id, [{ recipient: 'jane' }], {
			ifAlreadyAssigned: 'alwaysSame',
		});
		expect(again.code).toBe('C001');
		await expectSumsToHold(database, pool.id);
	});

	it('are taken out of the stock where they stand there, and keep its expiry', async () => {
		const { coupons, database } = fixture;
		const pool = await poolWith(fixture, 0);
		await coupons.uploadCodes(pool.id, 'A1\nA2\nA3', {
			expiry: 'date',
			expiresAt: '2031-01-01',
		});
		const report = await coupons.importAssignments(pool.id, [
			{ code: 'A2', recipient: 'jane' },
			{ code: 'B1', recipient: 'bob' },
		]);
		expect(report).toMatchObject({ added: 1, fromStock: 1, poolTotal: 4, poolAvailable: 2 });
		const { entries } = await coupons.getHistory('jane');
		expect(entries[0].expiresAt).toEqual(new Date('2031-01-01T23:59:59.999Z'));
		const given = await coupons.assign(pool.id, [{ recipient: 'a' }, { recipient: 'b' }]);
		expect(given.map(({ code }) => code)).toEqual(['A1', 'A3']);
		expect(await coupons.checkThreshold(pool.id)).toMatchObject({ assigned: 4, total: 4 });
		await expectSumsToHold(database, pool.id);
	});

	it('are accounted for line by line', async () => {
		const { coupons, database } = fixture;
		const pool = await poolWith(fixture, ['MINE', 'FREE']);
		await coupons.assign(pool.id, [{ recipient: 'ann' }]);
		const report = await coupons.importAssignments(
			pool.id,
			[
				'code,recipient,campaign,date,expiry,redeemed',
				'N1,jane,c,2026-01-01,,',
				'N1,jane,c,2026-01-02,,',
				'N1,bob,c,2026-01-02,,',
				'MINE,ann,,,,',
				'MINE,bob,,,,',
				'N 2,jane,,,,',
				'N3,,,,,',
				'N4,jane,,last week,,',
				'N5,jane,,2999-01-01,,',
				'N6,jane,,2026-02-01,,2026-01-01',
				'FREE,bob,,2026-01-01,,',
				'',
			].join('\n'),
		);
		expect(report).toMatchObject({
			received: 11,
			added: 1,
			fromStock: 1,
			alreadyAssigned: 1,
			duplicatesInFile: 1,
			invalid: 7,
		});
		expect(report.invalidRows.map(({ line, value, reason }) => [line, value, reason])).toEqual([
			[4, 'N1', 'stands in line 2 already, given to another recipient'],
			[6, 'MINE', 'stands in line 5 already, given to another recipient'],
			[7, 'N 2', 'contains white space'],
			[8, 'N3', 'Recipient is empty'],
			[9, 'N4', 'Date given: "last week" is not a date; state its form under Date Format'],
			[10, 'N5', 'Date given: "2999-01-01" lies in the future'],
			[11, '2026-01-01', 'is before the code was given'],
		]);
		await expectSumsToHold(database, pool.id);
	});

	it('are refused where a spreadsheet has dropped their leading zeros', async () => {
		const { coupons, database } = fixture;
		const whole = Array.from({ length: 9 }, (_, n) => `${n + 1}234567${n}`);
		const pool = await poolWith(fixture, ['00123456', ...whole]);
		const report = await coupons.importAssignments(
			pool.id,
			[...whole, '123456'].map((code, n) => `${code},u${n}`).join('\n'),
		);
		expect(report).toMatchObject({
			received: 10,
			added: 0,
			fromStock: 9,
			invalid: 1,
			invalidRows: [
				{
					line: 10,
					value: '123456',
					reason: expect.stringMatching(/^has fewer than the 8 digits .* dropped leading zeros/),
				},
			],
		});
		await expectSumsToHold(database, pool.id);
	});

	it('and sent again change nothing', async () => {
		const { coupons, database } = fixture;
		const pool = await poolWith(fixture, 0);
		const first = await coupons.importAssignments(pool.id, Buffer.from(EXPORT));
		const again = await coupons.importAssignments(pool.id, Buffer.from(EXPORT));
		expect(again).toMatchObject({
			batchId: null,
			received: 3,
			added: 0,
			alreadyAssigned: 3,
			sameFileAs: { batchId: first.batchId },
			poolTotal: 3,
		});
		expect(await database.query('select count(*)::int from :schema.events')).toEqual([
			{ count: 4 },
		]);
		await expectSumsToHold(database, pool.id);
	});

	it('are refused as a whole where one row breaks the rules, if so chosen', async () => {
		const { coupons, database } = fixture;
		const pool = await poolWith(fixture, ['A1']);
		await coupons.assign(pool.id, [{ recipient: 'ann' }]);
		await expect(
			coupons.importAssignments(pool.id, 'B1,jane\nA1,jane', { invalidRows: 'refuse' }),
		).rejects.toMatchObject({
			code: 'rows_refused',
			message: expect.stringContaining('line 2: "A1" belongs to another recipient in this pool'),
		});
		expect(await database.query('select count(*)::int from :schema.assignments')).toEqual([
			{ count: 1 },
		]);
		await expectSumsToHold(database, pool.id);
	});

	it('have their columns found by the headings of a person’s choice, dates in their format', async () => {
		const { coupons } = fixture;
		const pool = await poolWith(fixture, 0);
		await coupons.importAssignments(pool.id, 'Who|What|When\n7;Z9|07/04/2026|K1\n', {
			columns: { recipient: 'Who', assignedAt: 'What', code: 3 },
			campaign: 'move',
			dateFormat: 'MM/dd/yyyy',
			timezone: 'Europe/Berlin',
		});
		const { entries } = await coupons.getHistory('7;Z9');
		expect(entries).toMatchObject([
			{ code: 'K1', campaign: 'move', at: new Date('2026-07-03T22:00:00Z') },
		]);
	});

	it('need a column of the recipients', async () => {
		const pool = await poolWith(fixture, 0);
		await expect(
			fixture.coupons.importAssignments(pool.id, 'code,when\nA1,2026-01-01'),
		).rejects.toMatchObject({
			code: 'invalid_input',
			message: 'The text has no column of the recipients: its first line is "code", "when"',
		});
	});

	it('go to a unique pool that is there, and not from an empty file', async () => {
		const shared = await fixture.coupons.createPool({ name: 'All', type: 'shared' });
		const pool = await poolWith(fixture, 0);
		const send = async (id: string, text: string) =>
			await fixture.coupons.importAssignments(id, text);
		await expect(send(shared.id, 'A,b')).rejects.toMatchObject({ code: 'wrong_pool_type' });
		await expect(send('4711', 'A,b')).rejects.toMatchObject({ code: 'pool_not_found' });
		await expect(send(pool.id, 'code,email\n')).rejects.toMatchObject({ code: 'invalid_file' });
	});

	it('in their thousands go in set by set, numbered in the order of their dates', async () => {
		const { coupons, database } = fixture;
		const pool = await poolWith(fixture, 0);
		const day = (n: number) => new Date(Date.UTC(2025, 0, 1) + n * 60_000);
		const items = Array.from({ length: 10_000 }, (_, n) => ({
			code: `T${n}`,
			recipient: `r${n % 2_500}`,
			assignedAt: day((n * 7919) % 10_000),
		}));
		const report = await coupons.importAssignments(pool.id, items);
		expect(report).toMatchObject({ added: 10_000, invalid: 0 });
		const [{ astray }] = await database.query<{ astray: number }>(
			`select count(*)::int as astray from (
				select nth, row_number() over (partition by recipient order by assigned_at) as turn
				from :schema.assignments
			) as numbered where nth <> turn`,
		);
		expect(astray).toBe(0);
		await expectSumsToHold(database, pool.id);
	}, 60_000);
});

onPostgres('an import beside assignments of the same recipients and codes', (fixture) => {
	it('leaves each code one holder, and the sums hold', async () => {
		const { coupons, database } = fixture;
		const codes = numbered(300);
		const pool = await poolWith(fixture, codes);
		const items = codes
			.slice(0, 200)
			.map((code, n) => ({ code, recipient: `r${n % 50}` }))
			.reverse();
		const [report] = await Promise.all([
			coupons.importAssignments(pool.id, items),
			...Array.from(
				{ length: 40 },
				async (_, n) =>
					await coupons.assign(pool.id, [{ recipient: `r${n}` }, { recipient: `r${n + 5}` }], {
						ifAlreadyAssigned: 'alwaysNew',
					}),
			),
		]);
		const { received, added, fromStock, alreadyAssigned, invalid } = report;
		expect(added + fromStock + alreadyAssigned + invalid).toBe(received);
		expect(added).toBe(0);
		await expectSumsToHold(database, pool.id);
	}, 60_000);
});
