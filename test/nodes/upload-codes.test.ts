import type { IDataObject, INodeExecutionData } from 'n8n-workflow';

import { runWorkflow, storeFile, type Step } from '../support/run-workflow';
import { EmbeddedPools, locator } from './embedded-pools';

const pools = new EmbeddedPools();
afterAll(async () => await pools.drop());

async function upload(
	items: INodeExecutionData[],
	parameters: IDataObject,
	settings?: Step['settings'],
) {
	return await runWorkflow({
		credential: pools.credential,
		items,
		steps: [{ node: 'UploadCodes', parameters, settings }],
	});
}

function file(content: string, fileName = 'codes.csv', field = 'data'): INodeExecutionData {
	const data = Buffer.from(content).toString('base64');
	return { json: {}, binary: { [field]: { data, mimeType: 'text/csv', fileName } } };
}

describe('A file', () => {
	it('is added to the pool, and the report is passed on, linked to its item', async () => {
		const pool = await pools.pool();
		const run = await upload([file('coupon_code\nA-1\nA-2\nA-2\nA B\n')], {
			pool: locator(pool.name, 'name'),
		});

		expect(run.json('UploadCodes')).toMatchObject([
			{
				received: 4,
				added: 2,
				duplicatesInFile: 1,
				invalid: 1,
				invalidRows: [{ line: 5, value: 'A B', reason: expect.any(String) }],
				poolAvailable: 2,
				pool: { id: pool.id, name: pool.name, merchant: '' },
			},
		]);
		expect(run.items('UploadCodes')[0].pairedItem).toEqual([{ item: 0 }]);
		expect(run.hints('UploadCodes')).toEqual([
			`4 codes received for ${pool.name}: 2 added, 1 twice in the upload, 1 invalid. The pool now has 2 to give. The first invalid one is row 5, "A B": contains white space.`,
		]);
	});

	it('whose dates have another format says so beside the counts, and how to mend it', async () => {
		const pool = await pools.pool();
		const run = await upload([file('code;until\nD-1;31.12.2030\nD-2;31.12.2030\nD-3;\n')], {
			pool: locator(pool.id),
			expiry: 'column',
		});
		expect(run.hints('UploadCodes')).toEqual([
			expect.stringMatching(
				/ 1 added, 2 invalid\..* is row 2: expiry: "31\.12\.2030" is not a date; state its form under Date Format\.$/,
			),
		]);
	});

	it('that n8n keeps on disk is read as a stream', async () => {
		const pool = await pools.pool();
		const data = await storeFile('S-1\nS-2\n', 'codes.txt');
		expect(data.id).toMatch(/^filesystem/);

		const run = await upload([{ json: {}, binary: { data } }], { pool: locator(pool.id) });
		expect(run.json('UploadCodes')[0]).toMatchObject({ added: 2 });
	});

	it('has its dates read in the format that is given, to the end of the day in the workflow’s timezone', async () => {
		const pool = await pools.pool();
		await upload([file('D-1;31.12.2030\n')], {
			pool: locator(pool.id),
			expiry: 'column',
			expiryFormat: 'dd.MM.yyyy',
			options: { delimiter: ';' },
		});
		const [coupon] = await pools.use(
			async (coupons) => await coupons.assign(pool.id, [{ recipient: 'a' }]),
		);
		// The workflow is in Berlin.
		expect(coupon).toMatchObject({ code: 'D-1', expiresAt: new Date('2030-12-31T22:59:59.999Z') });
	});

	it.each([
		['new', 'expiryFormat'],
		['given', 'dateFormat'],
	])(
		'of %s codes is refused whole where the format would read another date',
		async (codesAre, name) => {
			const pool = await pools.pool();
			const run = await upload([file('code;email;expires\nD-1;a@b.example;31.12.2030\n')], {
				pool: locator(pool.id),
				codesAre,
				expiry: 'column',
				[name]: 'dd.mm.yyyy',
			});
			expect(run.error).toMatchObject({
				message: expect.stringContaining(
					'The date format "dd.mm.yyyy" is not right: mm is minutes, and no hour stands before it.',
				),
				description: expect.stringContaining('Write dd.MM.yyyy.'),
			});
			expect(await pools.use(async (coupons) => (await coupons.listCodes(pool.id)).codes)).toEqual(
				[],
			);
		},
	);

	it('that is not there is named, with those that are', async () => {
		const pool = await pools.pool();
		const run = await upload([file('A-1', 'codes.csv', 'attachment')], { pool: locator(pool.id) });
		expect(run.error).toMatchObject({
			message: "There is no file in the field 'data' [Item 0]",
			description: expect.stringContaining('The item has files in: attachment.'),
			context: { itemIndex: 0 },
		});
	});

	it('on an item without any file says so', async () => {
		const pool = await pools.pool();
		const run = await upload([{ json: {} }], { pool: locator(pool.id) });
		expect(run.error?.description).toMatch(/The item has no file at all/);
	});

	it('that is empty is refused', async () => {
		const pool = await pools.pool();
		const run = await upload([file('')], { pool: locator(pool.id) });
		expect(run.error?.message).toMatch(/empty|no codes/i);
	});

	it.each(['continueRegularOutput', 'continueErrorOutput'] as const)(
		'fails alone where the node continues (%s)',
		async (onError) => {
			const pool = await pools.pool();
			const items = [file('G-1'), { json: { n: 1 } }, file('G-2')];
			const run = await upload(items, { pool: locator(pool.id) }, { onError });

			const output = onError === 'continueErrorOutput' ? 1 : 0;
			const failed = run.items('UploadCodes', output).filter(({ json }) => json.error);
			expect(failed.map(({ pairedItem }) => pairedItem)).toEqual([{ item: 1 }]);
			expect(await pools.available(pool.id)).toBe(2);
		},
	);
});

describe('Text', () => {
	it('is one code per line', async () => {
		const pool = await pools.pool();
		const run = await upload([{ json: {} }], {
			pool: locator(pool.id),
			source: 'text',
			text: 'T-1\nT-2\n\nT-3',
		});
		expect(run.json('UploadCodes')[0]).toMatchObject({ received: 3, added: 3 });
	});

	it('with one date for all expires at its end', async () => {
		const pool = await pools.pool();
		await upload([{ json: {} }], {
			pool: locator(pool.id),
			source: 'text',
			text: 'T-1',
			expiry: 'date',
			expiresAt: '2030-06-30',
		});
		const [coupon] = await pools.use(
			async (coupons) => await coupons.assign(pool.id, [{ recipient: 'a' }]),
		);
		expect(coupon).toMatchObject({ expiresAt: new Date('2030-06-30T21:59:59.999Z') });
	});

	it('with a date that is none is refused, and adds nothing', async () => {
		const pool = await pools.pool();
		const run = await upload([{ json: {} }], {
			pool: locator(pool.id),
			source: 'text',
			text: 'T-1',
			expiry: 'date',
			expiresAt: 'soon',
		});
		expect(run.error?.message).toMatch(/soon/);
		expect(await pools.available(pool.id)).toBe(0);
	});
});

describe('Items', () => {
	const item = (code: unknown, pool: string, until?: string): INodeExecutionData => ({
		json: { voucher: { code: code as string }, pool, until: until ?? null },
	});

	it('are refused if none has the field for the code, with those that they have', async () => {
		const pool = await pools.pool();
		const run = await upload([item('I-1', pool.id), item('I-2', pool.id)], {
			pool: locator(pool.id),
			source: 'items',
			codeField: 'code',
		});
		expect(run.error).toMatchObject({
			message: "No item has the field 'code' for the code",
			description: expect.stringContaining('voucher'),
		});
	});

	it('are one upload for each pool, linked to all that went into it', async () => {
		const one = await pools.pool();
		const two = await pools.pool();
		const run = await upload([item('I-1', one.id), item('I-2', two.id), item(33, one.id)], {
			pool: locator('={{ $json.pool }}'),
			source: 'items',
			codeField: 'voucher.code',
		});

		expect(run.json('UploadCodes')).toMatchObject([
			{ added: 2, pool: { id: one.id } },
			{ added: 1, pool: { id: two.id } },
		]);
		expect(run.items('UploadCodes').map(({ pairedItem }) => pairedItem)).toEqual([
			[{ item: 0 }, { item: 2 }],
			[{ item: 1 }],
		]);
	});

	it.each(['new', 'given'])(
		'that are numbers or no codes at all in JSON are refused with the reason (%s)',
		async (codesAre) => {
			const pool = await pools.pool();
			const values = [1.2345678901234568e18, 12.5, true, 4711];
			const run = await upload(
				values.map((code) => ({ json: { code, recipient: 'a' } })),
				{ pool: locator(pool.id), source: 'items', codesAre },
			);
			expect(run.json('UploadCodes')).toMatchObject([
				{
					added: 1,
					invalidRows: [
						{ line: 1, reason: expect.stringContaining('a number of more than 15 digits') },
						{ line: 2, value: '12.5', reason: expect.stringContaining('a number with decimals') },
						{ line: 3, value: 'true', reason: 'is true, neither text nor a number' },
					],
				},
			]);
		},
	);

	it.each(['2030-01-31T00:00:00.000Z', '2030-01-31 00:00:00', new Date('2030-01-31T00:00:00Z')])(
		'carry dates as databases have them: %p is the whole day',
		async (until) => {
			const pool = await pools.pool();
			const json = { code: 'N-1', recipient: 'b', until: until as string };
			const parameters = { pool: locator(pool.id), source: 'items' };
			await upload([{ json }], { ...parameters, expiry: 'column', expiryField: 'until' });
			await upload([{ json: { ...json, code: 'N-2' } }], {
				...parameters,
				codesAre: 'given',
				columns: { expiresAt: 'until' },
			});
			const [given] = await pools.use(
				async (coupons) => await coupons.assign(pool.id, [{ recipient: 'a' }]),
			);
			const [before] = await pools.use(
				async (coupons) => (await coupons.getHistory('b', { poolId: pool.id })).entries,
			);
			// The workflow is in Berlin.
			const end = new Date('2030-01-31T22:59:59.999Z');
			expect(given).toMatchObject({ code: 'N-1', expiresAt: end });
			expect(before).toMatchObject({ code: 'N-2', expiresAt: end });
		},
	);

	it('carry their own dates', async () => {
		const pool = await pools.pool();
		await upload([item('I-1', pool.id, '2030-01-31'), item('I-2', pool.id)], {
			pool: locator(pool.id),
			source: 'items',
			codeField: 'voucher.code',
			expiry: 'column',
			expiryField: 'until',
		});
		const given = await pools.use(
			async (coupons) => await coupons.assign(pool.id, [{ recipient: 'a' }, { recipient: 'b' }]),
		);
		expect(given).toMatchObject([
			{ code: 'I-1', expiresAt: new Date('2030-01-31T22:59:59.999Z') },
			{ code: 'I-2', expiresAt: null },
		]);
	});

	it('of a pool that is not there fail, the others are added', async () => {
		const pool = await pools.pool();
		const run = await upload(
			[item('I-1', pool.id), item('I-2', '999999')],
			{ pool: locator('={{ $json.pool }}'), source: 'items', codeField: 'voucher.code' },
			{ onError: 'continueRegularOutput' },
		);
		expect(
			run.items('UploadCodes').map(({ json, pairedItem }) => [!json.error, pairedItem]),
		).toEqual(
			expect.arrayContaining([
				[true, [{ item: 0 }]],
				[false, { item: 1 }],
			]),
		);
	});

	it('refused as a whole add nothing', async () => {
		const pool = await pools.pool();
		const run = await upload([item('I-1', pool.id), item('not a code', pool.id)], {
			pool: locator(pool.id),
			source: 'items',
			codeField: 'voucher.code',
			options: { invalidRows: 'refuse' },
		});
		expect(run.error?.message).toBeTruthy();
		expect(await pools.available(pool.id)).toBe(0);
	});
});

describe('Generate', () => {
	const generate = (pool: string, more: IDataObject = {}) => ({
		pool: locator(pool),
		source: 'generate',
		count: 250,
		form: { prefix: 'VIP-', length: 8, dashEvery: 4 },
		...more,
	});

	it('adds exactly so many codes of the form, and reports them', async () => {
		const pool = await pools.pool();
		const run = await upload(
			[{ json: {} }],
			generate(pool.id, { expiry: 'date', expiresAt: '2030-06-30' }),
		);
		expect(run.json('UploadCodes')).toMatchObject([
			{ received: 250, added: 250, invalid: 0, poolAvailable: 250, pool: { id: pool.id } },
		]);
		expect(run.items('UploadCodes')[0].pairedItem).toEqual([{ item: 0 }]);
		expect(run.hints('UploadCodes')).toEqual([
			`250 codes generated for ${pool.name}. The pool now has 250 to give.`,
		]);
		const [coupon] = await pools.use(
			async (coupons) => await coupons.assign(pool.id, [{ recipient: 'a' }]),
		);
		expect(coupon).toMatchObject({
			code: expect.stringMatching(/^VIP-[2-9A-Z]{4}-[2-9A-Z]{4}$/),
			expiresAt: new Date('2030-06-30T21:59:59.999Z'),
		});
	});

	it('as a preview shows three codes and adds none', async () => {
		const pool = await pools.pool();
		const run = await upload([{ json: {} }], generate(pool.id, { previewOnly: true }));
		const [{ preview, codes }] = run.json('UploadCodes');
		expect(preview).toBe(true);
		expect(codes).toHaveLength(3);
		for (const code of codes as string[]) expect(code).toMatch(/^VIP-.{4}-.{4}$/);
		expect(run.hints('UploadCodes')).toEqual([
			`Nothing was added to ${pool.name}. Codes of this form: ${(codes as string[]).join(', ')}.`,
		]);
		expect(await pools.available(pool.id)).toBe(0);
	});

	it('says how easily the codes could be guessed, or refuses with the length that is needed', async () => {
		const pool = await pools.pool();
		const run = await upload([{ json: {} }], generate(pool.id, { form: { length: 4 } }));
		expect(run.hints('UploadCodes')[0]).toMatch(/Of 3,694 guesses, one hits a code of the pool/);

		const refused = await upload([{ json: {} }], generate(pool.id, { form: { length: 3 } }));
		expect(refused.error).toMatchObject({
			message: expect.stringMatching(/^3 random characters are too few for 250 codes/),
			description: 'Set the length to 5 or more, or allow more characters.',
		});
	});

	it('without its date is refused, and adds nothing', async () => {
		const pool = await pools.pool();
		const run = await upload(
			[{ json: {} }],
			generate(pool.id, { expiry: 'date', expiresAt: '={{ $json.day }}' }),
		);
		expect(run.error?.message).toBe("The parameter 'Expire On' is empty [Item 0]");
		expect(await pools.available(pool.id)).toBe(0);
	});
});

describe('Codes that were already given', () => {
	const history = async (recipient: string, poolId: string) =>
		await pools.use(async (coupons) => (await coupons.getHistory(recipient, { poolId })).entries);

	it('come from a suite’s export, and are their recipients’', async () => {
		const pool = await pools.pool(['S-2']);
		const csv =
			'Email;Coupon;Date Sent\nJane@Example.com;S-1;01.03.2026\nbob@example.com;S-2;\n;S-3;\n';
		const run = await upload([file(csv, 'export.csv')], {
			pool: locator(pool.id),
			codesAre: 'given',
			dateFormat: 'dd.MM.yyyy',
			options: { campaign: 'listrak' },
		});
		expect(run.json('UploadCodes')).toMatchObject([
			{
				received: 3,
				added: 1,
				fromStock: 1,
				invalid: 1,
				invalidRows: [{ line: 4, value: 'S-3', reason: 'Recipient is empty' }],
				poolAvailable: 0,
				pool: { id: pool.id },
			},
		]);
		expect(run.items('UploadCodes')[0].pairedItem).toEqual([{ item: 0 }]);
		expect(run.hints('UploadCodes')).toEqual([
			`3 given codes received for ${pool.name}: 2 stored as assigned, 1 of them from its stock, 1 invalid. The first invalid one is row 4, "S-3": Recipient is empty.`,
		]);
		expect(await history('jane@example.com', pool.id)).toMatchObject([
			// The workflow is in Berlin.
			{ code: 'S-1', campaign: 'listrak', at: new Date('2026-02-28T23:00:00Z') },
		]);
	});

	it('come from items, in the fields that are named', async () => {
		const pool = await pools.pool();
		const item = (code: string, mail: string): INodeExecutionData => ({
			json: { voucher: code, contact: { mail }, campaign: 'cart', used: '2026-02-02' },
		});
		const run = await upload([item('I-1', 'a@b.c'), item('I-2', 'd@e.f')], {
			pool: locator(pool.id),
			source: 'items',
			codesAre: 'given',
			codeField: 'voucher',
			columns: { recipient: 'contact.mail', redeemedAt: 'used', assignedAt: 'used' },
		});
		expect(run.json('UploadCodes')).toMatchObject([{ received: 2, added: 2, redeemed: 2 }]);
		expect(await history('d@e.f', pool.id)).toMatchObject([{ code: 'I-2', campaign: 'cart' }]);
	});

	it('come from items of an export, but for released and default codes', async () => {
		const pool = await pools.pool();
		const item = (code: string, more: IDataObject): INodeExecutionData => ({
			json: { code, recipient: "'+491701234567", source: 'pool', releasedAt: null, ...more },
		});
		const run = await upload(
			[
				item('I-1', {}),
				item('I-2', { releasedAt: '2026-01-01T00:00:00.000Z' }),
				item('I-3', { source: 'default' }),
			],
			{ pool: locator(pool.id), source: 'items', codesAre: 'given' },
		);
		expect(run.json('UploadCodes')).toMatchObject([
			{ received: 3, added: 1, invalidRows: [{ value: 'I-2' }, { value: 'I-3' }] },
		]);
		expect(await history('+491701234567', pool.id)).toMatchObject([{ code: 'I-1' }]);
	});

	it('come from text, in the order code, recipient, campaign', async () => {
		const pool = await pools.pool();
		const run = await upload([{ json: {} }], {
			pool: locator(pool.id),
			source: 'text',
			codesAre: 'given',
			text: 'X-1,jane,cart\nX-2,bob,cart',
		});
		expect(run.json('UploadCodes')).toMatchObject([{ received: 2, added: 2 }]);
		expect(await history('jane', pool.id)).toMatchObject([{ code: 'X-1', campaign: 'cart' }]);
	});
});
