import { onBothDatabases } from '../../support/databases';
import { poolWith } from '../../support/stock';

onBothDatabases('the report of an upload', (fixture) => {
	it('accounts for every row', async () => {
		const pool = await poolWith(fixture, ['A1', 'B2']);
		const report = await fixture.coupons.uploadCodes(
			pool.id,
			'coupon_code\nC3\nA1\nC3\n\nD 4\nD4\nA1\n',
			{ fileName: 'codes.csv' },
		);
		expect(report).toEqual({
			batchId: expect.stringMatching(/^\d+$/),
			received: 6,
			added: 2,
			duplicatesInFile: 2,
			alreadyInPool: 1,
			inOtherPools: 0,
			invalid: 1,
			invalidRows: [{ line: 6, value: 'D 4', reason: 'contains white space' }],
			sameFileAs: null,
			poolTotal: 4,
			poolAvailable: 4,
		});
	});

	it('is kept with the batch', async () => {
		const pool = await poolWith(fixture, ['A1']);
		const { batchId } = await fixture.coupons.uploadCodes(pool.id, 'A1\nB2\nB2\nC 3', {
			fileName: 'codes.txt',
		});
		expect(
			await fixture.database.query(
				`select file_name, content_hash, received, added, duplicates_in_file, already_in_pool, invalid
				from :schema.batches where pool_id = $1 and id = $2`,
				[pool.id, batchId],
			),
		).toEqual([
			{
				file_name: 'codes.txt',
				// printf 'A1\nB2\nB2\nC 3' | sha256sum
				content_hash: '3b201697e6cba22a9e75d7846cf8b4c8858ec150f8e3f67d7673196424f17843',
				received: 4,
				added: 1,
				duplicates_in_file: 1,
				already_in_pool: 1,
				invalid: 1,
			},
		]);
	});

	it('keeps the first of the lines of a code, with its expiry', async () => {
		const pool = await poolWith(fixture, 0);
		await fixture.coupons.uploadCodes(pool.id, 'A1,2031-01-01\nA1,2030-01-01\nA1,', {
			expiry: 'column',
		});
		expect(await fixture.database.query('select line, expires_at from :schema.codes')).toEqual([
			{ line: 1, expires_at: new Date('2031-01-01T23:59:59.999Z') },
		]);
	});

	it('notices the same file sent twice, and makes no batch of what added nothing', async () => {
		const pool = await poolWith(fixture, 0);
		const first = await fixture.coupons.uploadCodes(pool.id, Buffer.from('A1\nB2'));
		const second = await fixture.coupons.uploadCodes(pool.id, Buffer.from('A1\nB2'));
		expect(second).toMatchObject({
			batchId: null,
			received: 2,
			added: 0,
			alreadyInPool: 2,
			sameFileAs: { batchId: first.batchId, uploadedAt: expect.any(Date) },
			poolTotal: 2,
		});
		expect(await fixture.database.query('select id from :schema.batches')).toEqual([
			{ id: first.batchId },
		]);
	});

	it('does not take the same file in another pool for the same', async () => {
		await poolWith(fixture, ['A1']);
		const other = await poolWith(fixture, 0);
		const report = await fixture.coupons.uploadCodes(other.id, 'A1', { header: 'no' });
		expect(report).toMatchObject({ added: 1, sameFileAs: null });
	});

	it('refuses codes of other pools, if asked to, shared ones too', async () => {
		await poolWith(fixture, ['A1', 'B2', 'B3']);
		await fixture.coupons.createPool({
			name: 'Everybody',
			type: 'shared',
			sharedCodes: [{ code: 'ALL' }],
		});
		const pool = await poolWith(fixture, ['B2']);
		const rows = 'A1\nA1\nB2\nALL\nC3\nC3';
		expect(
			await fixture.coupons.uploadCodes(pool.id, rows, { uniqueAcrossPools: true }),
		).toMatchObject({
			received: 6,
			added: 1,
			inOtherPools: 2,
			alreadyInPool: 1,
			duplicatesInFile: 2,
			poolTotal: 2,
		});
	});

	it('lists the first 20 invalid rows in their order, and counts the others', async () => {
		const pool = await poolWith(fixture, 0);
		const rows = Array.from({ length: 100 }, (_, n) => `no ${n}`);
		const report = await fixture.coupons.uploadCodes(pool.id, ['A1', ...rows].join('\n'));
		expect(report).toMatchObject({ received: 101, added: 1, invalid: 100 });
		expect(report.invalidRows.map(({ line }) => line)).toEqual(
			Array.from({ length: 20 }, (_, n) => n + 2),
		);
	});

	it('shortens what stood there to 80 characters, none of them halved', async () => {
		const pool = await poolWith(fixture, 0);
		const { invalidRows } = await fixture.coupons.uploadCodes(pool.id, `A1\n${'🎁'.repeat(300)}`);
		expect(invalidRows[0].value).toBe(`${'🎁'.repeat(79)}…`);
	});

	it('tells what can be given now: neither expired nor inside the cutoff nor taken', async () => {
		const pool = await poolWith(fixture, 0, { expirationCutoffDays: 10 });
		const inDays = (days: number) => new Date(Date.now() + days * 86_400_000);
		const report = await fixture.coupons.uploadCodes(pool.id, [
			{ code: 'SOON', expiresAt: inDays(9) },
			{ code: 'LATER', expiresAt: inDays(11) },
			{ code: 'NEVER' },
		]);
		expect(report).toMatchObject({ poolTotal: 3, poolAvailable: 2 });
		await fixture.coupons.assign(pool.id, [{ recipient: 'jane@example.com' }]);
		const next = await fixture.coupons.uploadCodes(pool.id, 'MORE');
		expect(next).toMatchObject({ poolTotal: 4, poolAvailable: 2 });
	});

	it('tells on the way how many rows were read', async () => {
		const pool = await poolWith(fixture, 0);
		const seen: number[] = [];
		const rows = Array.from({ length: 45_000 }, (_, n) => `C${n}`).join('\n');
		await fixture.coupons.uploadCodes(pool.id, rows, { onProgress: (count) => seen.push(count) });
		expect(seen.length).toBeGreaterThan(2);
		expect(seen.at(-1)).toBe(45_000);
		expect(seen).toEqual([...seen].sort((one, other) => one - other));
	});
});
