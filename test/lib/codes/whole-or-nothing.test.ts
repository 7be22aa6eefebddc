import os from 'node:os';
import { Readable } from 'node:stream';

import { onBothDatabases, onPostgres } from '../../support/databases';
import { poolWith } from '../../support/stock';
import { until } from '../../support/until';
import { textRows, workbook } from './make-files';

const codes = (count: number, prefix = 'C') =>
	Array.from({ length: count }, (_, n) => `${prefix}${n}`);

onBothDatabases('a batch is stored whole or not at all', (fixture) => {
	it('when the stream breaks at the last line', async () => {
		const pool = await poolWith(fixture, ['A1']);
		const source = Readable.from(
			(function* () {
				yield Buffer.from(codes(50_000).join('\n'));
				throw new Error('socket hang up');
			})(),
			{ objectMode: false },
		);
		await expect(
			fixture.coupons.uploadCodes(pool.id, source, { fileName: 'codes.csv' }),
		).rejects.toMatchObject({
			code: 'invalid_file',
			message: 'codes.csv could not be read to its end: socket hang up',
			hint: 'Nothing was stored. Send it again.',
		});
		expect(await fixture.database.query('select count(*)::int from :schema.codes')).toEqual([
			{ count: 1 },
		]);
		expect(await fixture.coupons.uploadCodes(pool.id, 'B2')).toMatchObject({
			added: 1,
			poolTotal: 2,
		});
	});

	it('when one of the last rows breaks the rules, and these refuse the file', async () => {
		const pool = await poolWith(fixture, 0);
		const text = [...codes(50_000), 'not a code'].join('\n');
		await expect(
			fixture.coupons.uploadCodes(pool.id, text, { invalidRows: 'refuse' }),
		).rejects.toMatchObject({ code: 'rows_refused' });
		expect(await fixture.database.query('select count(*)::int from :schema.codes')).toEqual([
			{ count: 0 },
		]);
	});

	it('and closes a stream that it does not read', async () => {
		const source = Readable.from(
			codes(3).map(() => Buffer.alloc(100_000, 'A1\n')),
			{ objectMode: false },
		);
		await expect(fixture.coupons.uploadCodes('4711', source)).rejects.toMatchObject({
			code: 'pool_not_found',
		});
		expect(source.destroyed).toBe(true);
	});

	it.each([
		['bytes', Buffer.alloc(100_000, 'A1\n')],
		['items', { code: 'A1', recipient: 'jane' }],
	])('and closes a generator of %s that it does not read', async (_, part) => {
		let isClosed = false;
		const source = async function* () {
			try {
				for (;;) yield part;
			} finally {
				isClosed = true;
			}
		};
		const { coupons } = fixture;
		for (const upload of [
			async () => await coupons.uploadCodes('4711', source() as AsyncIterable<Uint8Array>),
			async () => await coupons.importAssignments('4711', source() as AsyncIterable<Uint8Array>),
		]) {
			isClosed = false;
			await expect(upload()).rejects.toMatchObject({ code: 'pool_not_found' });
			await until(async () => isClosed);
		}
	});

	it('when whoever is told of its progress fails, whose error it is', async () => {
		const pool = await poolWith(fixture, 0);
		const mistake = new TypeError('No such progress bar');
		const onProgress = () => {
			throw mistake;
		};
		await expect(fixture.coupons.uploadCodes(pool.id, 'A1', { onProgress })).rejects.toBe(mistake);
		expect(await fixture.coupons.uploadCodes(pool.id, 'A1')).toMatchObject({ added: 1 });
	});

	it('when there is no room to unpack a workbook, which is no fault of the database', async () => {
		const pool = await poolWith(fixture, 0);
		const folder = jest.spyOn(os, 'tmpdir').mockReturnValue('/nowhere');
		try {
			await expect(
				fixture.coupons.uploadCodes(pool.id, workbook({ rows: textRows([['A1']]) }), {
					fileName: 'codes.xlsx',
				}),
			).rejects.toMatchObject({
				code: 'invalid_file',
				message: expect.stringMatching(/^codes\.xlsx cannot be unpacked in \/nowhere: .*ENOENT/),
				hint: expect.stringContaining('as CSV'),
			});
		} finally {
			folder.mockRestore();
		}
	});

	it('from many uploads of the same codes at once, each code once', async () => {
		const pool = await poolWith(fixture, 0);
		const uploads = Array.from({ length: 6 }, (_, n) => {
			// Each in another order, as exports of one table come.
			const list = codes(3000);
			return [...list.slice(n * 500), ...list.slice(0, n * 500)].join('\n');
		});
		const reports = await Promise.all(
			uploads.map(async (text) => await fixture.coupons.uploadCodes(pool.id, text)),
		);
		const added = reports.reduce((sum, report) => sum + report.added, 0);
		expect(added).toBe(3000);
		for (const report of reports) {
			expect(report.added + report.alreadyInPool).toBe(3000);
			expect(report.batchId === null).toBe(report.added === 0);
		}
		expect(
			await fixture.database.query(
				'select count(*)::int as codes, count(distinct code)::int as different from :schema.codes',
			),
		).toEqual([{ codes: 3000, different: 3000 }]);
		expect(
			await fixture.database.query('select sum(added)::int as added from :schema.batches'),
		).toEqual([{ added: 3000 }]);
	}, 60_000);

	it('from uploads to two pools at once, a code is in one of them if they must not share', async () => {
		const pools = [await poolWith(fixture, 0), await poolWith(fixture, 0)];
		const reports = await Promise.all(
			pools.map(
				async ({ id }) =>
					await fixture.coupons.uploadCodes(id, codes(20_000).join('\n'), {
						uniqueAcrossPools: true,
					}),
			),
		);
		expect(reports.map(({ added }) => added).sort()).toEqual([0, 20_000]);
		expect(reports.map(({ inOtherPools }) => inOtherPools).sort()).toEqual([0, 20_000]);
	});
});

onPostgres('while an upload is read', (fixture) => {
	it('codes of its pool are given, and the pool cannot be deleted', async () => {
		const pool = await poolWith(fixture, ['A1']);
		let goOn = () => {};
		const rest = new Promise<void>((resolve) => {
			goOn = resolve;
		});
		const source = Readable.from(
			(async function* () {
				// More than the head, so that the upload has begun.
				yield Buffer.from(codes(20_000).join('\n'));
				await rest;
				yield Buffer.from('\nLAST');
			})(),
			{ objectMode: false },
		);
		const upload = fixture.coupons.uploadCodes(pool.id, source);
		await new Promise((resolve) => setTimeout(resolve, 200));
		const [given] = await fixture.coupons.assign(pool.id, [{ recipient: 'jane@example.com' }]);
		expect(given.code).toBe('A1');
		let ended = false;
		const deleting = fixture.coupons.deletePool(pool.id).finally(() => {
			ended = true;
		});
		deleting.catch(() => undefined);
		await new Promise((resolve) => setTimeout(resolve, 300));
		expect(ended).toBe(false);
		goOn();
		expect(await upload).toMatchObject({ added: 20_001, poolAvailable: 20_001, poolTotal: 20_002 });
		await expect(deleting).rejects.toMatchObject({ code: 'pool_not_empty' });
	});
});
