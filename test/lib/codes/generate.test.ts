import { previewCodes } from '../../../lib/codes/code-form';
import { stageNewCodes } from '../../../lib/codes/generate';
import { onBothDatabases } from '../../support/databases';
import { poolWith } from '../../support/stock';
import { expectSumsToHold } from '../../support/sums';

describe('the form of codes', () => {
	it('is a prefix, random characters and dashes between them', () => {
		const codes = previewCodes({ prefix: 'SAVE-', length: 10, dashEvery: 4 });
		expect(codes).toHaveLength(3);
		for (const code of codes) {
			expect(code).toMatch(/^SAVE-[2-9A-Z]{4}-[2-9A-Z]{4}-[2-9A-Z]{2}$/);
		}
		expect(previewCodes({ length: 4, dashEvery: 4 })[0]).toMatch(/^[2-9A-Z]{4}$/);
	});

	it('has by default no characters that people mistake for each other', () => {
		expect(previewCodes({}, 5000).join('')).not.toMatch(/[01ILO]/);
	});

	it('draws each character of an alphabet equally often, whatever its size', () => {
		// Of 256 bytes, 56 would be left over for the first characters of an alphabet of 100; of 62, 8.
		const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
		const letters = previewCodes({ alphabet, length: 100 }, 6200).join('');
		const counts = new Map<string, number>();
		for (const letter of letters) {
			counts.set(letter, (counts.get(letter) ?? 0) + 1);
		}
		expect(counts.size).toBe(62);
		// Some 10,000 each, give or take 100; a biased draw gives the first eight 12,000.
		expect(Math.max(...counts.values())).toBeLessThan(10_800);
		expect(Math.min(...counts.values())).toBeGreaterThan(9_200);
	});

	it.each([
		[{ length: 0 }, /length of the codes is 0/],
		[{ length: 2.5 }, /length of the codes is 2.5/],
		[{ dashEvery: -1 }, /dash every -1/],
		[{ alphabet: 'AAB' }, /Characters "AAB" cannot be drawn from/],
		[{ alphabet: 'A' }, /Characters "A" cannot/],
		[{ alphabet: 'AB C' }, /Characters "AB C" cannot/],
		[{ prefix: 'BLACK FRIDAY' }, /prefix "BLACK FRIDAY" .* contains white space/],
		[{ prefix: 'X'.repeat(300) }, /has 308 characters; 255 are allowed/],
	])('is refused where no code could have it: %j', (form, message) => {
		expect(() => previewCodes(form)).toThrow(message);
	});
});

onBothDatabases('codes that are generated', (fixture) => {
	it('are exactly as many as asked for, in one batch, of the form, and can be given', async () => {
		const pool = await poolWith(fixture, ['OLD']);
		const report = await fixture.coupons.generateCodes(pool.id, {
			count: 12_345,
			prefix: 'VIP-',
			length: 8,
			dashEvery: 4,
			expiresAt: '2031-12-31',
			timezone: 'Europe/Berlin',
		});
		expect(report).toMatchObject({
			batchId: expect.stringMatching(/^\d+$/),
			received: 12_345,
			added: 12_345,
			alreadyInPool: 0,
			duplicatesInFile: 0,
			invalid: 0,
			sameFileAs: null,
			poolTotal: 12_346,
			poolAvailable: 12_346,
			guessesPerCode: Math.floor(31 ** 8 / 12_345),
		});
		const [{ odd }] = await fixture.database.query<{ odd: number }>(
			`select count(*) filter (where code !~ '^VIP-[2-9A-Z]{4}-[2-9A-Z]{4}$' or expires_at <> $2)::int as odd
			from :schema.codes where batch_id = $1`,
			[report.batchId, new Date('2031-12-31T22:59:59.999Z')],
		);
		expect(odd).toBe(0);
		const [given] = await fixture.coupons.assign(pool.id, [{ recipient: 'jane@example.com' }]);
		expect(given.code).toMatch(/^VIP-/);
		await expectSumsToHold(fixture.database, pool.id);
	});

	it('that nobody could ever guess say so by a number that JSON can hold', async () => {
		const { id } = await poolWith(fixture, 0);
		const form = {
			length: 200,
			alphabet: 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789',
		};
		const report = await fixture.coupons.generateCodes(id, { ...form, count: 1 });
		expect(JSON.parse(JSON.stringify(report)).guessesPerCode).toBeGreaterThan(10 ** 300);
	});

	it('of one request are added once, whether it comes again later or at the same time', async () => {
		const { coupons } = fixture;
		const pool = await poolWith(fixture, 0);
		const request = { count: 40, requestId: 'november' };
		const reports = await Promise.all(
			Array.from({ length: 4 }, async () => await coupons.generateCodes(pool.id, request)),
		);
		const again = await coupons.generateCodes(pool.id, request);
		const [first] = reports.filter(({ sameFileAs }) => sameFileAs === null);
		expect(new Set([...reports, again].map(({ batchId }) => batchId))).toEqual(
			new Set([first.batchId]),
		);
		expect(again).toEqual({
			...first,
			sameFileAs: { batchId: first.batchId, uploadedAt: expect.any(Date) },
		});
		expect(
			await coupons.generateCodes(pool.id, { ...request, requestId: 'december' }),
		).toMatchObject({ added: 40, poolTotal: 80, sameFileAs: null });
		// Who undid the batch wants others.
		await coupons.undoBatch(pool.id, first.batchId);
		expect(await coupons.generateCodes(pool.id, request)).toMatchObject({ poolTotal: 120 });
	});

	it('are refused where they could be guessed, with the length that is needed', async () => {
		const pool = await poolWith(fixture, 0);
		await expect(
			fixture.coupons.generateCodes(pool.id, { count: 50_000, length: 4 }),
		).rejects.toMatchObject({
			code: 'invalid_input',
			message:
				'4 random characters are too few for 50,000 codes: there are 923,521 of this form, and one could be guessed',
			hint: 'Set the length to 7 or more, or allow more characters.',
		});
		expect(await fixture.database.query('select from :schema.batches')).toEqual([]);
	});

	it('count in what the pool has of the form', async () => {
		const pool = await poolWith(fixture, 0);
		const form = { length: 4, count: 600 };
		expect(await fixture.coupons.generateCodes(pool.id, form)).toMatchObject({ added: 600 });
		await expect(fixture.coupons.generateCodes(pool.id, form)).rejects.toThrow(
			/of which the pool has 600/,
		);
		expect(
			await fixture.coupons.generateCodes(pool.id, { ...form, prefix: 'OTHER' }),
		).toMatchObject({ added: 600, poolTotal: 1200 });
	});

	it.each([0, -1, 1.5, 5_000_001, Number.NaN])('are not %d', async (count) => {
		const pool = await poolWith(fixture, 0);
		await expect(fixture.coupons.generateCodes(pool.id, { count })).rejects.toMatchObject({
			code: 'invalid_input',
			message: expect.stringContaining('number of codes to generate'),
		});
	});

	it('do not go to a shared pool, nor to one that is not there, nor expire before they begin', async () => {
		const shared = await fixture.coupons.createPool({ name: 'Everybody', type: 'shared' });
		const pool = await poolWith(fixture, 0);
		const { coupons } = fixture;
		await expect(coupons.generateCodes(shared.id, { count: 1 })).rejects.toMatchObject({
			code: 'wrong_pool_type',
		});
		await expect(coupons.generateCodes('4711', { count: 1 })).rejects.toMatchObject({
			code: 'pool_not_found',
		});
		await expect(
			coupons.generateCodes(pool.id, { count: 1, expiresAt: '2020-01-01' }),
		).rejects.toThrow(/expired on 2020-01-01 already/);
		await expect(
			coupons.generateCodes(pool.id, {
				count: 1,
				expiresAt: '2026-01-01',
				timezone: 'America/New_York',
			}),
		).rejects.toThrow(/expired on 2026-01-01 already/);
	});
});

onBothDatabases('a code that was drawn and is known already', (fixture) => {
	it('by the pool, its past or another pool is drawn again until there are as many as asked for', async () => {
		const { database } = fixture;
		const pool = await poolWith(fixture, 0);
		await poolWith(fixture, ['A']);
		const draw = async (count: number, uniqueAcrossPools = false) =>
			await database.transaction(async (session) => {
				const form = { prefix: '', length: 1, dashEvery: 0, alphabet: 'AB' };
				await stageNewCodes(session, pool.id, { form, count, expiry: null }, { uniqueAcrossPools });
				return await session.query('select code from pg_temp.staged_codes order by code');
			});
		expect(await draw(2)).toEqual([{ code: 'A' }, { code: 'B' }]);
		// 'A' stands in another pool.
		expect(await draw(1, true)).toEqual([{ code: 'B' }]);
		await fixture.coupons.uploadCodes(pool.id, 'B', { header: 'no' });
		await fixture.coupons.removeCodes(pool.id, ['B']);
		expect(await draw(1)).toEqual([{ code: 'A' }]);
		await expect(draw(2)).rejects.toThrow('Only 1 of 2 codes of this form are new to the pool');
	});
});
