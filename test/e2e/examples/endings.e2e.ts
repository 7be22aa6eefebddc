/** @jest-environment <rootDir>/support/outside-jest.js */
import type { IDataObject } from 'n8n-workflow';

import { exampleFile, runExample, type FinishedExample } from '../support/run-example';
import { Desk } from './desk';

let desk: Desk;
beforeAll(async () => {
	desk = await Desk.open();
});
afterEach(async () => await desk.clear());
afterAll(async () => await desk.close());

const spin = async (visitor: string) =>
	await runExample('giveaway.json', {
		trigger: 'Wheel Was Spun',
		items: [{ body: { ...exampleFile<IDataObject>('spin.json'), visitor } }],
		credentials: desk.credentials,
	});

/** What n8n's own API was asked for. */
function asked(): string[] {
	return desk.recorder.received.map(({ method, path, headers }) =>
		[method, path, headers['x-n8n-api-key']].join(' '),
	);
}

describe('Giveaway that ends itself', () => {
	it('gives a code to each visitor, and the same one to who comes again', async () => {
		await desk.pool('Spin to win', ['W-1', 'W-2', 'W-3']);

		const answers = await Promise.all(['a', 'b', 'a'].map(spin));

		const codes = answers.map((run) => (run.answers[0].body as IDataObject).code);
		expect(new Set(codes).size).toBe(2);
		expect(codes[2]).toBe(codes[0]);
		expect(asked()).toEqual([]);
	});

	it('tells the visitor for whom none is left, and unpublishes itself', async () => {
		await desk.pool('Spin to win', ['W-1']);

		await spin('a');
		const last = await spin('b');

		expect(last.error).toBeUndefined();
		expect(last.answers).toMatchObject([{ body: { code: null, reason: 'out_of_stock' } }]);
		expect(asked()).toEqual(['POST /api/v1/workflows/CouponGiveaway/deactivate key-of-the-test']);
	});

	it('goes on where the pool has only not begun', async () => {
		await desk.pools.use(async (coupons) => {
			await coupons.createPool({ name: 'Spin to win', beginsAt: '2099-01-01' });
		});

		const run = await spin('a');

		expect(run.answers).toMatchObject([{ body: { code: null, reason: 'not_started' } }]);
		expect(asked()).toEqual([]);
	});
});

describe('Campaign that ends', () => {
	const end = async (poolId: string): Promise<FinishedExample> => {
		const [event] = await desk.pools.use(
			async (coupons) =>
				await coupons.sampleEvents({ ids: [poolId] }, ['out_of_stock'], { timezone: 'UTC' }),
		);
		return await runExample('campaign-ends.json', {
			trigger: 'Used Up or Expired',
			items: [JSON.parse(JSON.stringify(event)) as IDataObject],
			mode: 'trigger',
			credentials: desk.credentials,
		});
	};

	it('unpublishes each workflow that gives codes of the pool, once, and tells of it', async () => {
		const pool = await desk.pool('Spin to win', ['W-1', 'W-2']);
		await spin('a');
		await spin('b');

		const run = await end(pool);

		expect(run.error).toBeUndefined();
		expect(asked()).toEqual(['POST /api/v1/workflows/CouponGiveaway/deactivate key-of-the-test']);
		const mails = await desk.mailbox.take();
		expect(mails.map(({ subject }) => subject)).toEqual(['Finished: A campaign']);
		expect(mails[0].text).toContain('Spin to win');
	});

	it('unpublishes a mailing whose macros give the codes', async () => {
		const pool = await desk.pool('30% discount on school supplies', ['S-1', 'S-2', 'S-3', 'S-4']);
		await desk.pool('VIP', []);
		const mailing = await runExample('macro-mailing.json', {
			trigger: 'Mailing Sent',
			items: [{ body: exampleFile<IDataObject>('mailing.json') }],
			credentials: desk.credentials,
		});
		expect(mailing.error).toBeUndefined();
		await desk.mailbox.take();

		const run = await end(pool);

		expect(run.error).toBeUndefined();
		expect(asked()).toEqual([
			'POST /api/v1/workflows/CouponMacroMailing/deactivate key-of-the-test',
		]);
	});

	it('leaves workflows alone that only fill or watch the pool', async () => {
		const uploaded = await runExample('upload-by-api.json', {
			trigger: 'Codes Sent',
			items: [{ body: exampleFile<IDataObject>('codes-by-api.json') }],
			credentials: desk.credentials,
		});
		const [{ id }] = uploaded.json('Create Pool');

		const run = await end(String(id));

		expect(run.error).toBeUndefined();
		expect(asked()).toEqual([]);
	});
});

describe('Redemption from an order webhook', () => {
	it('records the codes of an order once, and leaves those of other origin alone', async () => {
		const pool = await desk.pool('Abandoned cart 10%', ['SCA10-EXAMPLE', 'SCA10-OTHER']);
		await desk.pools.use(async (coupons) => {
			await coupons.assign(pool, [{ recipient: 'jane.doe@example.com', campaign: 'cart' }]);
		});
		const send = async () =>
			await runExample('redemption.json', {
				trigger: 'Order Paid',
				items: [{ body: exampleFile<IDataObject>('order-shopify.json') }],
				credentials: desk.credentials,
			});

		const run = await send();
		await send();

		expect(run.error).toBeUndefined();
		expect(run.json('Redeem the Codes')).toMatchObject([
			{
				shop: 'shopify',
				redeemed: 1,
				codes: [
					{ code: 'SCA10-EXAMPLE', redeemed: true },
					{ code: 'FREESHIPPING', redeemed: false },
				],
			},
		]);
		const stock = await desk.pools.use(async (coupons) => await coupons.checkThreshold(pool));
		expect(stock).toMatchObject({ assigned: 1, redeemed: 1 });
	});
});
