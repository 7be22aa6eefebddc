import type { IDataObject } from 'n8n-workflow';

import { EmbeddedPools, locator } from './embedded-pools';
import { assignIn, people } from './run-assign';

const pools = new EmbeddedPools();
const assign = assignIn(pools);
afterAll(async () => await pools.drop());

describe('Bad input', () => {
	it('stops the node with the item and what to do, and nothing is assigned', async () => {
		const pool = await pools.pool(['B-1', 'B-2']);
		const run = await assign(people('a', ''), { pool: locator(pool.id) });

		expect(run.error).toMatchObject({
			message: "'Recipient' is empty [Item 1]",
			description: expect.stringContaining('The item has: n, email.'),
			context: { itemIndex: 1 },
		});
		expect(await pools.available(pool.id)).toBe(2);
	});

	it('of one pool leaves the other pools alone too', async () => {
		const one = await pools.pool(['B-1']);
		const two = await pools.pool(['B-2']);
		const items = [
			{ json: { email: 'a@example.com', pool: one.id } },
			{ json: { email: 'x'.repeat(600), pool: two.id } },
		];
		const run = await assign(items, { pool: locator('={{ $json.pool }}') });

		expect(run.error?.context?.itemIndex).toBe(1);
		expect(await pools.available(one.id)).toBe(1);
	});

	it.each(['continueRegularOutput', 'continueErrorOutput'] as const)(
		'fails alone where the node continues (%s), and stays linked to its item',
		async (onError) => {
			const pool = await pools.pool(['B-1', 'B-2']);
			const items = [...people('a', ''), { json: { email: 'y'.repeat(600) } }, ...people('b')];
			const run = await assign(items, { pool: locator(pool.id) }, { onError });

			const failed = run.items('AssignCoupon', onError === 'continueErrorOutput' ? 2 : 0);
			const errors = failed.filter(({ json }) => json.error);
			expect(errors.map(({ pairedItem }) => pairedItem)).toEqual([{ item: 1 }, { item: 2 }]);
			expect(errors[0].json).toMatchObject({
				error: "'Recipient' is empty [Item 1]",
				details: expect.stringContaining('Choose the field'),
			});
			const assigned = run.items('AssignCoupon').filter(({ json }) => json.coupon);
			expect(assigned.map(({ pairedItem }) => pairedItem)).toEqual([{ item: 0 }, { item: 3 }]);
		},
	);

	it('of a campaign whose expression finds nothing is no code of another campaign', async () => {
		const pool = await pools.pool(['B-1']);
		const campaign = '={{ $json.body.mailing }}';
		const run = await assign([{ json: { email: 'a@example.com', 'body.mailing': 'May' } }], {
			pool: locator(pool.id),
			campaign,
		});
		expect(run.error).toMatchObject({
			message: "'Campaign' is empty [Item 0]",
			description: expect.stringContaining('The item has: email, body.mailing.'),
		});
		expect(await pools.available(pool.id)).toBe(1);
	});

	it('such as a field named __proto__ goes on as it came, and gives the item no other fields', async () => {
		const pool = await pools.pool(['B-1']);
		const json = JSON.parse(
			'{"email":"a@example.com","__proto__":{"isAdmin":true}}',
		) as IDataObject;
		const run = await assign([{ json }], { pool: locator(pool.id) });

		const [item] = run.items('AssignCoupon');
		expect(item.json).toHaveProperty('coupon.code', 'B-1');
		expect(Object.keys(item.json)).toEqual(['email', '__proto__', 'coupon']);
		expect(item.json.isAdmin).toBeUndefined();
	});

	it.each([
		['a pool that is not there', {}, /No such pool/],
		[
			'a database that does not answer',
			{ credential: { database: 'postgres', host: '127.0.0.1', port: 1, ssl: false } },
			/127\.0\.0\.1/,
		],
	])('never lets an item go on without a code: %s', async (_, credential, message) => {
		const run = await assign(
			people('a', 'b'),
			{ pool: locator('No such pool', 'name') },
			{ onError: 'continueRegularOutput', ...credential },
		);
		expect(run.items('AssignCoupon')).toMatchObject([
			{ json: { error: expect.stringMatching(message) }, pairedItem: { item: 0 } },
			{ json: { error: expect.stringMatching(message) }, pairedItem: { item: 1 } },
		]);
	});

	it.each([
		['no such pool', { pool: locator('No such pool', 'name') }, /No such pool/],
		['an expression without a value', { pool: locator('={{ $json.none }}') }, /No pool is chosen/],
		['an ID that is none', { pool: locator('={{ "; drop table" }}') }, /drop table/],
	])('%s is named', async (_, parameters, message) => {
		const run = await assign(people('a'), parameters);
		expect(run.error?.message).toMatch(message);
		expect(run.error?.description).toBeTruthy();
	});

	it('two pools of one name are told apart by the merchant', async () => {
		await pools.pool(['UK-1'], { name: 'Twice', merchant: 'uk' });
		await pools.pool(['DE-1'], { name: 'Twice', merchant: 'de' });
		const ambiguous = await assign(people('a'), { pool: locator('Twice', 'name') });
		expect(ambiguous.error?.message).toMatch(/Twice/);
		expect(ambiguous.error?.description).toMatch(/merchant/i);

		const named = await assign(people('a'), {
			pool: locator('Twice', 'name'),
			options: { merchant: 'de' },
		});
		expect(named.json('AssignCoupon')[0].coupon).toMatchObject({ code: 'DE-1' });
	});

	it('and an empty merchant is the pool that has none', async () => {
		await pools.pool(['FR-1'], { name: 'Thrice', merchant: 'fr' });
		await pools.pool(['NONE-1'], { name: 'Thrice' });
		const run = await assign(people('a'), {
			pool: locator('Thrice', 'name'),
			options: { merchant: '' },
		});
		expect(run.json('AssignCoupon')[0].coupon).toMatchObject({ code: 'NONE-1' });
	});

	it.each([{ shop: null }, {}])(
		'and a merchant whose expression finds nothing in %j is no leave to take another’s code',
		async (fields) => {
			const { id } = await pools.pool(['OTHER-1'], {
				name: `Of another ${String(fields.shop)}`,
				merchant: 'other',
			});
			const run = await assign([{ json: { email: 'a', ...fields } }], {
				pool: locator(`Of another ${String(fields.shop)}`, 'name'),
				options: { merchant: '={{ $json.shop }}' },
			});
			expect(run.error?.message).toBe("'Merchant' has no value [Item 0]");
			expect(await pools.available(id)).toBe(1);
		},
	);

	it('a place to save to that is none is refused before a code is taken', async () => {
		const pool = await pools.pool(['B-1']);
		const options = { saveCodeTo: '__proto__.polluted' };
		const run = await assign(people('a'), { pool: locator(pool.id), options });
		expect(run.error?.message).toMatch(/cannot be saved to '__proto__.polluted'/);
		expect(await pools.available(pool.id)).toBe(1);
	});

	it('no code stops the execution, if so chosen', async () => {
		const pool = await pools.pool();
		const run = await assign(people('a'), { pool: locator(pool.id), whenNoCode: 'error' });
		expect(run.error?.description).toMatch(/Upload codes/);
		expect(run.error?.context?.itemIndex).toBe(0);
	});

	it('of a list as the recipient says what it is', async () => {
		const pool = await pools.pool(['B-1']);
		const run = await assign([{ json: { email: ['a', 'b'] } }], { pool: locator(pool.id) });
		expect(run.error?.message).toBe("'Recipient' is a list, not a text [Item 0]");
	});
});
