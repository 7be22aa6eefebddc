import * as fc from 'fast-check';

import type { CouponPoolsError, UploadOptions } from '../../../lib';
import { onPostgres } from '../../support/databases';
import { fuzz } from '../../support/fuzz';
import { poolWith } from '../../support/stock';
import { expectSumsToHold } from '../../support/sums';
import { inPieces, textRows, utf16, workbook } from './make-files';

/** What files are made of, and what breaks them. */
const piece = fc.oneof(
	{
		weight: 6,
		arbitrary: fc.constantFrom(
			...[
				'CODE-1',
				'CODE-2',
				'code',
				'coupon_code',
				'expires',
				'2099-12-31',
				'31.12.2099',
				'1.23E+15',
			],
			...['0012', '7', 'Größe', '码', '🏷️', ' ', 'a b', 'x'.repeat(256), '\u200b', '\u00a0'],
		),
	},
	{ weight: 6, arbitrary: fc.constantFrom('\n', '\r\n', '\r', ',', ';', '\t', '|') },
	{
		weight: 3,
		arbitrary: fc.constantFrom('"', '""', "'", '\\', '\0', '\ufeff', '\u2028', '\v', '\ud800'),
	},
	{ weight: 1, arbitrary: fc.string({ maxLength: 8, unit: 'binary' }) },
);

const text = fc.array(piece, { maxLength: 40 }).map((pieces) => pieces.join(''));

const bytes = fc.oneof(
	text.map((content) => Buffer.from(content)),
	text.map((content) => Buffer.from(content, 'latin1')),
	fc
		.tuple(text, fc.constantFrom('le' as const, 'be' as const), fc.boolean())
		.map(([content, endian, mark]) => utf16(content, endian, mark)),
	fc.uint8Array({ maxLength: 300 }).map((content) => Buffer.from(content)),
	// A workbook, whole or with some of its bytes changed or missing.
	fc
		.tuple(
			fc.array(fc.constantFrom('A', 'B', '1.5', ''), { maxLength: 4 }),
			fc.nat(2000),
			fc.nat(255),
			fc.boolean(),
		)
		.map(([cells, at, byte, cut]) => {
			const file = Buffer.from(workbook({ rows: textRows([cells]) }));
			if (cut) {
				return file.subarray(0, at % file.length);
			}
			file[at % file.length] = byte;
			return file;
		}),
);

const options: fc.Arbitrary<UploadOptions> = fc.record(
	{
		format: fc.constantFrom('auto', 'csv', 'txt', 'xlsx'),
		fileName: fc.constantFrom('codes.csv', 'codes.xlsx', 'codes', ''),
		delimiter: fc.constantFrom('auto', ',', ';', '\\t', '|', 'ab', '"', '\n'),
		header: fc.constantFrom('auto', 'yes', 'no'),
		codeColumn: fc.oneof(fc.constantFrom('code', 'expires', ''), fc.integer({ min: -1, max: 5 })),
		expiry: fc.constantFrom('none', 'column', 'date'),
		expiryColumn: fc.oneof(fc.constantFrom('expires', 'nothing'), fc.integer({ min: -1, max: 5 })),
		expiryFormat: fc.constantFrom('', 'dd.MM.yyyy', 'D', 'yyyyMMdd', 'x'),
		expiresAt: fc.constantFrom('2099-12-31', '1999-01-01', 'soon', ''),
		timezone: fc.constantFrom('UTC', 'Europe/Berlin', 'Nowhere/Land'),
		invalidRows: fc.constantFrom('skip', 'refuse'),
		uniqueAcrossPools: fc.boolean(),
	},
	{ requiredKeys: [] },
);

onPostgres('whatever is uploaded', (fixture) => {
	it('is counted to the last row, or refused with a reason and nothing stored', async () => {
		const { id } = await poolWith(fixture, ['CODE-1']);
		let total = 1;
		const property = fc.asyncProperty(
			bytes,
			options,
			fc.integer({ min: 1, max: 64 }),
			async (content, how, size) => {
				const outcome = await fixture.coupons
					.uploadCodes(id, inPieces(content, size), how)
					.catch((error: CouponPoolsError) => error);
				if (outcome instanceof Error) {
					expect(outcome).toMatchObject({ name: 'CouponPoolsError' });
					expect(outcome.code).toMatch(/^(invalid_file|invalid_input|rows_refused)$/);
					return;
				}
				const { received, added, duplicatesInFile, alreadyInPool, inOtherPools, invalid } = outcome;
				expect(added + duplicatesInFile + alreadyInPool + inOtherPools + invalid).toBe(received);
				total += added;
				expect(outcome.poolTotal).toBe(total);
			},
		);
		await fuzz(property, { runs: 150 });
		await expectSumsToHold(fixture.database, id);
		const { codes } = await fixture.coupons.listCodes(id, { limit: 1000 });
		expect(codes.filter(({ code }) => /[\s\p{Cc}]/u.test(code) || [...code].length > 255)).toEqual(
			[],
		);
	}, 120_000);

	it('is not read on, once a line has no end', async () => {
		const { id } = await poolWith(fixture, 0);
		let sent = 0;
		async function* oneLine() {
			for (; sent < 100; sent++) {
				yield Buffer.alloc(1_000_000, 'x');
			}
		}
		await expect(fixture.coupons.uploadCodes(id, oneLine())).rejects.toMatchObject({
			code: 'invalid_file',
			message: expect.stringContaining('line 1'),
		});
		// Of 100 MB.
		expect(sent).toBeLessThan(3);
	});
});
