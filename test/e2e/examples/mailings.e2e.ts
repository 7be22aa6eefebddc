/** @jest-environment <rootDir>/support/outside-jest.js */
import type { IDataObject } from 'n8n-workflow';

import { exampleFile, runExample } from '../support/run-example';
import { Desk, linkIn } from './desk';

let desk: Desk;
beforeAll(async () => {
	desk = await Desk.open();
});
afterEach(async () => await desk.clear());
afterAll(async () => await desk.close());

const mailing = exampleFile<{ mailing: string; recipients: Array<{ email: string }> }>(
	'mailing.json',
);
const recipients = mailing.recipients.map(({ email }) => email);

describe('Mass mailing with a stock check', () => {
	const send = async () =>
		await runExample('mass-mailing.json', {
			trigger: 'Mailing Sent',
			items: [{ body: mailing as unknown as IDataObject }],
			credentials: desk.credentials,
		});

	it('gives each recipient one code, and the stock falls by the size of the mailing', async () => {
		const pool = await desk.pool('Autumn 20%', numbered('A', 6));
		// Low by its own threshold, but enough for this mailing.
		await desk.pools.use(async (coupons) => {
			await coupons.updatePool(pool, { lowStockThreshold: 100 });
		});

		const run = await send();

		expect(run.error).toBeUndefined();
		const mails = await desk.mailbox.take();
		expect(mails.map(({ to }) => to).sort()).toEqual([...recipients].sort());
		for (const { html } of mails) {
			const [, code] = /<b>(A-\d)<\/b>/.exec(html) ?? [];
			expect(linkIn(html)).toBe(`https://shop.example/autumn?coupon=${code}`);
		}
		expect(new Set(mails.map(({ html }) => /A-\d/.exec(html)?.[0])).size).toBe(4);
		expect(await desk.pools.available(pool)).toBe(2);
		expect(run.answers).toMatchObject([{ body: { sent: 4 } }]);
	});

	it('gives nobody a second code when it is started twice', async () => {
		const pool = await desk.pool('Autumn 20%', numbered('A', 8));

		await send();
		await send();

		expect(await desk.pools.available(pool)).toBe(4);
		const codes = (await desk.mailbox.take()).map(({ html }) => /A-\d/.exec(html)?.[0]);
		expect(new Set(codes).size).toBe(4);
	});

	it('sends nothing and takes no code if the stock does not cover everybody', async () => {
		const pool = await desk.pool('Autumn 20%', ['A-1', 'A-2', 'A-3']);

		const run = await send();

		expect(run.answers).toMatchObject([
			{ statusCode: 409, body: { sent: 0, needed: 4, available: 3 } },
		]);
		expect(await desk.mailbox.take()).toEqual([]);
		expect(await desk.pools.available(pool)).toBe(3);
	});
});

describe('Mailing with promo code macros', () => {
	const send = async () =>
		await runExample('macro-mailing.json', {
			trigger: 'Mailing Sent',
			items: [{ body: mailing as unknown as IDataObject }],
			credentials: desk.credentials,
		});

	it('gives each recipient one code of the group, and repeats the last one of another', async () => {
		const school = await desk.pool('30% discount on school supplies', numbered('S', 6));
		const vip = await desk.pool('VIP', numbered('V', 2));
		await desk.pools.use(async (coupons) => {
			await coupons.assign(vip, [{ recipient: recipients[0], campaign: 'summer' }]);
		});

		const run = await send();
		await send();

		expect(run.error).toBeUndefined();
		const mails = await desk.mailbox.take();
		const codeOf = ({ html }: { html: string }) => /<b>(S-\d)<\/b>/.exec(html)?.[1];
		expect(mails.slice(0, 4).map(({ to }) => to)).toEqual(recipients);
		expect(new Set(mails.slice(0, 4).map(codeOf)).size).toBe(4);
		expect(mails.slice(4).map(codeOf)).toEqual(mails.slice(0, 4).map(codeOf));
		expect(mails[0].html).toContain('your VIP code: V-1');
		expect(mails[1].html).not.toContain('VIP');
		expect(await desk.pools.available(school)).toBe(2);
		expect(await desk.pools.available(vip)).toBe(1);
		// One code a mailing: that of the next one is another.
		const { assignments } = await desk.pools.use(
			async (coupons) => await coupons.listAssignments({ poolId: school }),
		);
		expect(assignments.map(({ campaign }) => campaign)).toEqual(
			recipients.map(() => mailing.mailing),
		);
	});
});

describe('Stock alert by e-mail', () => {
	const check = async () =>
		await runExample('stock-alert.json', {
			trigger: 'Every Hour',
			mode: 'trigger',
			credentials: desk.credentials,
		});

	it('tells those who are named in the pool, once until it was refilled', async () => {
		const { pool, plenty } = await desk.pools.use(async (coupons) => ({
			pool: await coupons.createPool({
				name: 'Running low',
				lowStockThreshold: 2,
				notificationEmails: 'ana@example.com; ben@example.com',
			}),
			plenty: await coupons.createPool({ name: 'Plenty', lowStockThreshold: 2 }),
		}));
		await desk.pools.use(async (coupons) => {
			await coupons.uploadCodes(pool.id, 'LOW-1\nLOW-2', { header: 'no' });
			await coupons.uploadCodes(plenty.id, numbered('P', 5).join('\n'), { header: 'no' });
		});

		await check();
		await check();

		const mails = await desk.mailbox.take();
		expect(mails.map(({ to }) => to)).toEqual(['ana@example.com, ben@example.com']);
		expect(mails[0].subject).toContain('Running low');
		expect(mails[0].text).toContain('2');
	});
});

describe('Pool overview by merchant', () => {
	const open = async (query: IDataObject) =>
		await runExample('pool-overview.json', {
			trigger: 'Overview Asked For',
			items: [{ query }],
			credentials: desk.credentials,
		});

	it('shows each pool with what remains of it, its expiry and status, as text and not as markup', async () => {
		await desk.pools.use(async (coupons) => {
			const pool = await coupons.createPool({ name: 'Summer <10%>', merchant: 'shop-uk' });
			await coupons.uploadCodes(pool.id, 'S-1\nS-2', { header: 'no' });
			await coupons.createPool({ name: 'Winter', merchant: 'shop-de', expiresAt: '2099-01-31' });
		});

		const all = await open({});
		const one = await open({ merchant: 'shop-uk' });

		expect(all.error).toBeUndefined();
		const page = String(all.answers[0].body);
		expect(page).toContain(
			'<td>shop-uk</td><td>Summer &lt;10%&gt;</td><td>2</td><td>2</td><td></td><td>ok</td>',
		);
		expect(page).toMatch(/<td>shop-de<\/td><td>Winter<\/td>.*2099/);
		expect(String(one.answers[0].body)).not.toContain('shop-de');
	});

	it('is an empty page where there is no pool', async () => {
		const run = await open({ merchant: 'nobody' });

		expect(run.error).toBeUndefined();
		expect(String(run.answers[0].body)).not.toContain('<td>');
	});
});

describe('SMS and push with a code', () => {
	it('sends code and date to the phone, and the same code again within 24 hours', async () => {
		await desk.pools.use(async (coupons) => {
			const pool = await coupons.createPool({ name: 'Loyalty 5 EUR' });
			await coupons.uploadCodes(pool.id, 'L-1\nL-2', {
				header: 'no',
				expiry: 'date',
				expiresAt: '2099-12-31',
				timezone: 'Europe/Berlin',
			});
		});
		const send = async () =>
			await runExample('sms-and-push.json', {
				trigger: 'Event Happened',
				items: [{ body: exampleFile<IDataObject>('app-event.json') }],
				credentials: desk.credentials,
				addresses: {
					'https://sms.example/messages': `${desk.recorder.url}/sms`,
					'https://push.example/messages': `${desk.recorder.url}/push`,
				},
			});

		const run = await send();
		await send();

		expect(run.error).toBeUndefined();
		const sms = { to: '+15550100', text: '5 EUR for you: L-1, until 31.12.2099.' };
		const push = {
			to: 'device-20817',
			notification: { title: 'Thank you, Elif', body: 'Your code: L-1' },
		};
		const sent = desk.recorder.received.map(({ path, body }) => [path, body]);
		expect(sent).toEqual([
			['/sms', sms],
			['/push', push],
			['/sms', sms],
			['/push', push],
		]);
	});
});

describe('Upload codes by API', () => {
	it('makes the pool, adds its codes, and answers with the report, however often it is called', async () => {
		const body = exampleFile<IDataObject>('codes-by-api.json');
		const call = async (codes: unknown) =>
			await runExample('upload-by-api.json', {
				trigger: 'Codes Sent',
				items: [{ body: { ...body, codes } as IDataObject }],
				credentials: desk.credentials,
			});

		const first = await call(body.codes);
		const again = await call((body.codes as string[]).join('\n') + '\nSCHOOL-NEW\nnot a code');

		expect(first.error).toBeUndefined();
		expect(first.json('Upload Codes')).toMatchObject([{ received: 5, added: 5, poolAvailable: 5 }]);
		expect(again.json('Upload Codes')).toMatchObject([
			{ received: 7, added: 1, alreadyInPool: 5, invalid: 1, invalidRows: [{ line: 7 }] },
		]);
		expect(first.answers).toMatchObject([{ body: { received: 5, added: 5 } }]);
	});

	it.each([
		['no codes', { pool: 'By API', codes: [] }, /The text is empty/],
		['no pool', { codes: ['A-1'] }, /Name/],
	])('answers what is wrong with a call with %s', async (_, body, error) => {
		const run = await runExample('upload-by-api.json', {
			trigger: 'Codes Sent',
			items: [{ body }],
			credentials: desk.credentials,
		});
		expect(run.answers).toMatchObject([
			{ statusCode: 400, body: { error: expect.stringMatching(error) } },
		]);
	});
});

describe('Nightly export of usage', () => {
	it('sends the assignments of the day before as a file', async () => {
		const pool = await desk.pool('Exported', numbered('E', 3));
		await desk.pools.use(async (coupons) => {
			await coupons.assign(pool, [
				{ recipient: 'a@example.com', campaign: 'spring' },
				{ recipient: 'b@example.com', campaign: 'spring' },
			]);
			await coupons['database'].query(
				`update :schema.assignments set assigned_at = assigned_at - interval '1 day' where pool_id = $1`,
				[pool],
			);
			await coupons.assign(pool, [{ recipient: 'today@example.com', campaign: 'spring' }]);
		});

		const run = await runExample('usage-export.json', {
			trigger: 'Every Night',
			mode: 'trigger',
			credentials: desk.credentials,
		});

		expect(run.error).toBeUndefined();
		const [mail] = await desk.mailbox.take();
		expect(mail.attachments).toHaveLength(1);
		expect(mail.attachments[0].name).toMatch(/^usage-\d{4}-\d\d-\d\d\.csv$/);
		const [head, ...rows] = mail.attachments[0].content.trim().split('\r\n');
		expect(head).toContain('external_id,user_id,code,timestamp');
		expect(rows.map((row) => row.split(',').slice(0, 3))).toEqual([
			['a@example.com', 'a@example.com', 'E-1'],
			['b@example.com', 'b@example.com', 'E-2'],
		]);
	});
});

function numbered(prefix: string, count: number): string[] {
	return Array.from({ length: count }, (_, index) => `${prefix}-${index + 1}`);
}
