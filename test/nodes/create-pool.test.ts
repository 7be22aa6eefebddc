import type { IDataObject } from 'n8n-workflow';

import { runWorkflow, type WorkflowRun } from '../support/run-workflow';
import { EmbeddedPools, locator } from './embedded-pools';

const pools = new EmbeddedPools();
afterAll(async () => await pools.drop());

async function create(parameters: IDataObject, more: Partial<WorkflowRun> = {}) {
	return await runWorkflow({
		credential: pools.credential,
		items: [{ json: {} }],
		steps: [{ node: 'CreatePool', parameters }],
		...more,
	});
}

describe('A unique pool', () => {
	it('is made with its settings, dates at their days in the workflow’s timezone', async () => {
		const run = await create({
			name: 'SCA10Off',
			settings: {
				merchant: 'shop-uk',
				beginsAt: '2030-01-01',
				expiresAt: '2030-12-31',
				expirationCutoffDays: 3,
				defaultCode: 'WELCOME5',
				lowStockThreshold: 50,
				lowStockUnit: 'percent',
				notificationEmails: 'a@example.com; b@example.com',
				description: 'Autumn',
			},
		});
		expect(run.json('CreatePool')).toMatchObject([
			{
				id: expect.stringMatching(/^\d+$/),
				created: true,
				name: 'SCA10Off',
				merchant: 'shop-uk',
				type: 'unique',
				active: true,
				beginsAt: '2029-12-31T23:00:00.000Z',
				expiresAt: '2030-12-31T22:59:59.999Z',
				expirationCutoffDays: 3,
				defaultCode: 'WELCOME5',
				lowStockThreshold: 50,
				lowStockUnit: 'percent',
				notificationEmails: ['a@example.com', 'b@example.com'],
				description: 'Autumn',
			},
		]);
	});

	it.each([
		["={{ DateTime.fromISO('2030-12-31') }}", '2030-12-31T22:59:59.999Z'],
		["={{ DateTime.fromISO('2030-12-31').toISO() }}", '2030-12-31T22:59:59.999Z'],
		["={{ DateTime.fromISO('2030-12-31T18:00') }}", '2030-12-31T17:00:00.000Z'],
		["={{ DateTime.fromISO('2030-12-31').minus(1) }}", '2030-12-30T22:59:59.999Z'],
		['2030-12-31T00:00:00', '2030-12-31T22:59:59.999Z'],
		['2030-12-31 00:00:00', '2030-12-31T22:59:59.999Z'],
		['2030-12-31 18:00:00', '2030-12-31T17:00:00.000Z'],
	])('that expires on %s is valid until %s', async (expiresAt, end) => {
		const run = await create({ name: `Until ${expiresAt}`, settings: { expiresAt } });
		expect(run.json('CreatePool')).toMatchObject([{ expiresAt: end }]);
	});

	it('passes on the file that is to be uploaded next', async () => {
		const binary = { codes: { data: 'QQ==', mimeType: 'text/plain' } };
		const run = await create({ name: 'With file' }, { items: [{ json: {}, binary }] });
		expect(run.items('CreatePool')[0]).toMatchObject({ binary, pairedItem: { item: 0 } });
	});
});

describe('A pool that exists', () => {
	it('is used as it is, so that Retry on Fail is harmless', async () => {
		const first = await create({ name: 'Twice', settings: { description: 'first' } });
		const second = await create({ name: 'Twice', settings: { description: 'second' } });
		expect(second.json('CreatePool')[0]).toMatchObject({
			id: first.json('CreatePool')[0].id,
			created: false,
			description: 'first',
		});
	});

	it('is updated in what is given, if so chosen', async () => {
		await create({ name: 'Updated', settings: { description: 'first', lowStockThreshold: 7 } });
		const run = await create({
			name: 'Updated',
			ifExists: 'update',
			settings: { description: 'second' },
		});
		expect(run.json('CreatePool')[0]).toMatchObject({
			created: false,
			description: 'second',
			lowStockThreshold: 7,
		});
	});

	it('stops the node, if so chosen', async () => {
		await create({ name: 'Once' });
		const run = await create({ name: 'Once', ifExists: 'fail' });
		expect(run.error?.message).toMatch(/Once/);
		expect(run.error?.context?.itemIndex).toBe(0);
	});
});

describe('A pool', () => {
	it.each(['expiresAt', 'beginsAt', 'defaultCode', 'merchant', 'notificationEmails'])(
		'is not made without %s, if its expression finds nothing',
		async (name) => {
			const parameters = { name: `Without ${name}`, settings: { [name]: '={{ $json.absent }}' } };
			const refused = await create(parameters);
			expect(refused.error?.message).toMatch(/^'.+' has no value \[Item 0\]$/);
			const empty = { ...parameters, settings: { [name]: "={{ $json.absent ?? '' }}" } };
			expect((await create(empty)).json('CreatePool')).toMatchObject([{ created: true }]);
		},
	);

	it.each([
		[{ endsAt: '={{ $json.absent }}' }, "'End Distribution' has no value [Item 0]"],
		[
			{ expiry: 'date', expiresAt: '={{ $json.absent }}' },
			"'Expiration Date' has no value [Item 0]",
		],
		[{ expiry: 'date' }, "'Expiration Date' of a code is empty [Item 0]"],
	])('has no code that lasts for ever by mistake: %j', async (code, message) => {
		const run = await create({
			name: `With ${message}`,
			type: 'shared',
			sharedCodes: { codes: [{ code: 'A', ...code }] },
		});
		expect(run.error?.message).toBe(message);
	});
});

describe('A shared pool', () => {
	it('gives its code to everybody, for the days after distribution', async () => {
		const run = await create(
			{},
			{
				items: [{ json: { email: 'a@example.com' } }],
				steps: [
					{
						node: 'CreatePool',
						parameters: {
							name: 'Summer',
							type: 'shared',
							sharedCodes: {
								codes: [
									{ code: 'SUMMER20', endsAt: '2030-06-30', expiry: 'days', expiresAfterDays: 30 },
									{
										code: 'SUMMER30',
										beginsAt: '2030-07-01',
										expiry: 'date',
										expiresAt: '2030-08-31',
									},
								],
							},
						},
					},
					{
						node: 'AssignCoupon',
						parameters: { pool: locator('Summer', 'name'), recipient: 'a@example.com' },
					},
				],
			},
		);
		const coupon = run.json('AssignCoupon')[0].coupon as IDataObject;
		expect(coupon.code).toBe('SUMMER20');
		const days =
			(Date.parse(String(coupon.expiresAt)) - Date.parse(String(coupon.assignedAt))) / 864e5;
		expect(days).toBeCloseTo(30, 5);
	});

	it('is refused if the times of its codes overlap', async () => {
		const run = await create({
			name: 'Overlap',
			type: 'shared',
			sharedCodes: { codes: [{ code: 'A' }, { code: 'B', beginsAt: '2030-01-01' }] },
		});
		expect(run.error?.message).toMatch(/given at the same time/);
	});
});

describe('Bad input', () => {
	it.each([
		['a name that is empty', { name: '={{ "" }}' }, /name/i],
		['a date that is none', { name: 'D', settings: { expiresAt: 'soon' } }, /soon/],
		['a negative cutoff', { name: 'C', settings: { expirationCutoffDays: -1 } }, /cutoff/i],
		[
			'an address that is none',
			{ name: 'E', settings: { notificationEmails: 'nobody' } },
			/nobody/,
		],
	])('%s is named', async (_, parameters, message) => {
		const run = await create(parameters as IDataObject);
		expect(run.error?.message).toMatch(message);
		expect(run.error?.context?.itemIndex).toBe(0);
	});

	it('in the middle fails alone, where the node continues', async () => {
		const items = ['One', '', 'Two'].map((name) => ({ json: { name } }));
		const run = await create(
			{},
			{
				items,
				steps: [
					{
						node: 'CreatePool',
						parameters: { name: '={{ $json.name }}' },
						settings: { onError: 'continueErrorOutput' },
					},
				],
			},
		);
		expect(run.json('CreatePool').map(({ name }) => name)).toEqual(['One', 'Two']);
		expect(run.items('CreatePool', 1).map(({ pairedItem }) => pairedItem)).toEqual([{ item: 1 }]);
	});
});
