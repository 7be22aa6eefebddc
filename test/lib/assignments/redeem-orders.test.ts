import { CouponPools, readOrder } from '../../../lib';
import { redeemOrders } from '../../../lib/assignments/redeem-orders';
import type { Database, SqlValue } from '../../../lib/database/database';
import { openDatabase } from '../../../lib/database/open';
import { onBothDatabases, onPostgres, type Fixture } from '../../support/databases';
import { numbered, poolWith } from '../../support/stock';
import { expectSumsToHold } from '../../support/sums';
import { magentoOrder, shopifyCheckout, shopifyOrder, wooOrder } from './shop-orders';

async function given(
	fixture: Fixture,
	codes: readonly string[],
	recipients: readonly string[],
	settings = {},
) {
	const pool = await poolWith(fixture, codes, settings);
	await fixture.coupons.assign(
		pool.id,
		recipients.map((recipient) => ({ recipient })),
	);
	return pool;
}

async function shared({ coupons }: Fixture, code: string, recipients: readonly string[]) {
	const pool = await coupons.createPool({
		name: `Shared ${code}`,
		type: 'shared',
		sharedCodes: [{ code }],
	});
	await coupons.assign(
		pool.id,
		recipients.map((recipient) => ({ recipient })),
	);
	return pool;
}

onBothDatabases('redeeming from the orders of a shop', (fixture) => {
	it('calls each code the first that this call redeemed, though a deadlock undid part of it', async () => {
		const pools = [await given(fixture, ['D-1'], ['ann']), await given(fixture, ['D-2'], ['bob'])];
		const { database } = fixture;
		let redeemedPools = 0;
		const deadlockOnce: Database = {
			...database,
			query: async <Row>(text: string, values?: readonly SqlValue[]) => {
				if (text.includes('set redeemed_at') && ++redeemedPools === 2) {
					throw Object.assign(new Error('deadlock detected'), { code: '40P01' });
				}
				return await database.query<Row>(text, values);
			},
		};
		const { results } = await redeemOrders(deadlockOnce, [{ orderId: '7', codes: ['D-1', 'D-2'] }]);

		expect(results).toEqual([
			pools.map(({ name }) => expect.objectContaining({ redeemed: true, first: true, pool: name })),
		]);
		expect(redeemedPools).toBe(3);
	});

	const redeem = async (order: object, where = {}) => {
		const [answers] = await fixture.coupons.redeemOrders([readOrder(order)], where);
		return answers;
	};

	it('redeems each code of an order that is ours, and says of the others that they are not', async () => {
		const one = await given(fixture, ['ONE-1'], ['ann@example.com']);
		const two = await given(fixture, ['TWO-1'], ['bob@example.com']);
		expect(await redeem(shopifyOrder(['ONE-1', 'SHOP10', 'TWO-1']))).toEqual([
			{
				redeemed: true,
				first: true,
				code: 'ONE-1',
				redeemedAt: expect.any(Date),
				orderId: '5893217321195',
				pool: one.name,
				recipient: 'ann@example.com',
				assignmentId: expect.any(String),
			},
			{
				redeemed: false,
				code: 'SHOP10',
				reason: 'unknown_code',
				message: 'The code SHOP10 is not a code of these pools',
			},
			// A unique code is its holder's, whoever paid.
			expect.objectContaining({ redeemed: true, code: 'TWO-1', recipient: 'bob@example.com' }),
		]);
		for (const { id } of [one, two]) {
			await expectSumsToHold(fixture.database, id);
		}
	});

	it('counts an order once, however often and in whichever state it is sent', async () => {
		const { id } = await given(fixture, ['ONE-1'], ['ann@example.com']);
		const [first] = await redeem(magentoOrder('ONE-1'));
		expect(first).toMatchObject({ redeemed: true, first: true, orderId: '000000042' });
		expect(await redeem(magentoOrder('ONE-1', { status: 'complete' }))).toEqual([
			{ ...first, first: false },
		]);
		const other = magentoOrder('ONE-1', { increment_id: '000000043' });
		expect(await redeem(other)).toEqual([{ ...first, first: false }]);
		expect(await fixture.coupons.checkThreshold(id)).toMatchObject({ redeemed: 1 });
		const events = await fixture.database.query(
			"select from :schema.events where kind = 'redeemed'",
		);
		expect(events).toHaveLength(1);
	});

	it('leaves an order alone that was cancelled, refunded or has failed', async () => {
		const { id } = await given(fixture, ['ONE-1'], ['ann@example.com']);
		expect(await redeem(wooOrder(['ONE-1'], { status: 'failed' }))).toMatchObject([
			{ redeemed: false, reason: 'order_failed', message: expect.stringContaining('has failed') },
		]);
		await redeem(wooOrder(['ONE-1']));
		expect(await redeem(wooOrder(['ONE-1'], { status: 'refunded' }))).toMatchObject([
			{ redeemed: false, reason: 'order_refunded' },
		]);
		expect(await fixture.coupons.checkThreshold(id)).toMatchObject({ redeemed: 1 });
	});

	it('leaves a cart alone, and redeems its code when the order is placed', async () => {
		const { id } = await given(fixture, ['ONE-1'], ['ann@example.com']);
		for (const cart of [
			wooOrder(['ONE-1'], { status: 'checkout-draft' }),
			shopifyCheckout(['ONE-1']),
		]) {
			expect(await redeem(cart)).toMatchObject([
				{
					redeemed: false,
					reason: 'order_not_placed',
					message: expect.stringContaining('no placed order'),
				},
			]);
		}
		expect(await fixture.coupons.checkThreshold(id)).toMatchObject({ redeemed: 0 });
		expect(await redeem(wooOrder(['ONE-1']))).toMatchObject([{ redeemed: true, first: true }]);
	});

	it('takes a code in upper or lower case, as shops do', async () => {
		await given(fixture, ['UPPER-1', 'lower-1', 'MiXed-1'], ['ann', 'bob', 'zoe']);
		for (const [typed, code] of [
			['upper-1', 'UPPER-1'],
			['LOWER-1', 'lower-1'],
			['mixeD-1', 'MiXed-1'],
		]) {
			expect(await redeem(wooOrder([typed]))).toMatchObject([
				{ redeemed: true, first: true, code },
			]);
		}
	});

	it('goes by the exact spelling first, and guesses nothing where two differ only in case', async () => {
		await given(fixture, ['SAVE-a', 'save-A', 'ABC', 'abc'], ['ann', 'bob', 'zoe']);
		expect(await redeem(wooOrder(['save-A']))).toMatchObject([
			{ redeemed: true, recipient: 'bob' },
		]);
		expect(await redeem(wooOrder(['SAVE-A'], { id: 8 }))).toMatchObject([
			{ redeemed: false, reason: 'several_holders' },
		]);
		// In the stock just so, and given to nobody: not the one that Zoe has.
		expect(await redeem(wooOrder(['abc'], { id: 9 }))).toMatchObject([
			{ redeemed: false, reason: 'not_assigned' },
		]);
	});

	it('redeems a code that many hold for the customer who ordered, and for nobody who was not given it', async () => {
		const { id } = await shared(fixture, 'ALL', ['ann@example.com', 'bob@example.com']);
		expect(await redeem(shopifyOrder(['all']))).toMatchObject([
			{ redeemed: true, first: true, recipient: 'ann@example.com' },
		]);
		const stranger = { email: 'eve@example.com' };
		expect(await redeem(shopifyOrder(['ALL'], stranger))).toMatchObject([
			{
				redeemed: false,
				reason: 'not_assigned',
				message: 'The code ALL is of Shared ALL, which has not given it to eve@example.com',
			},
		]);
		expect(await redeem(wooOrder(['ALL'], { billing: {} }))).toMatchObject([
			{ redeemed: false, reason: 'several_holders' },
		]);
		const { assignments } = await fixture.coupons.listAssignments({ poolId: id, redeemed: true });
		expect(assignments).toHaveLength(1);
	});

	it('redeems a shared code with a limit, and a default code, for the customer too', async () => {
		const { id } = await fixture.coupons.createPool({
			name: 'Limited',
			type: 'shared',
			sharedCodes: [{ code: 'LIMIT', maxAssignments: 5 }],
		});
		await fixture.coupons.assign(id, [{ recipient: 'bob' }, { recipient: 'ann@example.com' }]);
		await given(fixture, ['X1'], ['al', 'ann@example.com'], { defaultCode: 'DEFAULT' });
		expect(await redeem(shopifyOrder(['LIMIT', 'DEFAULT']))).toMatchObject([
			{ redeemed: true, recipient: 'ann@example.com', code: 'LIMIT' },
			{ redeemed: true, recipient: 'ann@example.com', code: 'DEFAULT' },
		]);
		await expectSumsToHold(fixture.database, id);
	});

	it('looks in all pools, in one, or in those of a merchant', async () => {
		await given(fixture, ['SAME'], ['ann'], { merchant: 'uk' });
		const de = await given(fixture, ['SAME'], ['bob'], { merchant: 'de' });
		expect(await redeem(wooOrder(['SAME']))).toMatchObject([{ reason: 'several_holders' }]);
		expect(await redeem(wooOrder(['SAME']), { merchant: 'fr' })).toMatchObject([
			{ reason: 'unknown_code' },
		]);
		expect(await redeem(wooOrder(['SAME']), { merchant: 'uk' })).toMatchObject([
			{ redeemed: true, recipient: 'ann' },
		]);
		expect(await redeem(wooOrder(['SAME'], { id: 8 }), { poolId: de.id })).toMatchObject([
			{ redeemed: true, recipient: 'bob' },
		]);
		// The order of the first is known again, in whichever pool it was.
		expect(await redeem(wooOrder(['SAME']))).toMatchObject([{ first: false, recipient: 'ann' }]);
	});

	it('finds a customer who was assigned the code under the address as it is written', async () => {
		const { id } = await shared(fixture, 'ALL', ['bob']);
		await fixture.coupons.assign(id, [{ recipient: 'Ann@Example.com' }], {
			normalizeRecipient: false,
		});
		expect(await redeem(shopifyOrder(['ALL']))).toMatchObject([{ recipient: 'Ann@Example.com' }]);
	});

	it('lets the first of two orders with one code in one call redeem it', async () => {
		await given(fixture, ['ONE-1'], ['ann']);
		const orders = [1, 2].map((id) => readOrder(wooOrder(['ONE-1'], { id })));
		expect(await fixture.coupons.redeemOrders(orders)).toMatchObject([
			[{ first: true, orderId: '1' }],
			[{ first: false, orderId: '1' }],
		]);
	});

	it('copes with codes that cannot be, and with none', async () => {
		await given(fixture, ['ONE-1'], ['ann']);
		expect(
			await redeem(wooOrder(['two words', 'nul\0', '\ud800', "'; drop schema"])),
		).toMatchObject(Array(4).fill({ redeemed: false, reason: 'unknown_code' }));
		expect(await redeem(wooOrder([]))).toEqual([]);
		expect(await fixture.coupons.redeemOrders([])).toEqual([]);
		await expect(
			fixture.coupons.redeemOrders([
				{ orderId: '1', codes: [] },
				{ orderId: 'x'.repeat(256), codes: [] },
			]),
		).rejects.toMatchObject({ code: 'invalid_input', item: 1 });
	});
});

onPostgres('a hundred orders', (fixture) => {
	const codes = numbered(100);
	const orders = codes.map((code, id) => readOrder(wooOrder([code, 'SHOP10'], { id: id + 1 })));

	it('are a few statements', async () => {
		await given(
			fixture,
			codes,
			codes.map((code) => `r-${code}`),
		);
		let statements = 0;
		const counting = new CouponPools({
			...fixture.database,
			query: async <Row>(...call: Parameters<typeof fixture.database.query>) => {
				statements++;
				return await fixture.database.query<Row>(...call);
			},
		});
		const answers = await counting.redeemOrders(orders);
		expect(answers.map(([{ redeemed }]) => redeemed)).toEqual(Array(100).fill(true));
		expect(statements).toBe(3);
	});

	it('sent by several at once, in other orders, count once each', async () => {
		const { id } = await given(
			fixture,
			codes,
			codes.map((code) => `r-${code}`),
		);
		const database = await openDatabase(fixture.settings);
		const other = new CouponPools(database);
		const answers = await Promise.all([
			fixture.coupons.redeemOrders(orders),
			other.redeemOrders([...orders].reverse()),
			other.redeemOrders(orders),
		]);
		await database.close();
		const firsts = answers.flat(2).filter((answer) => answer.redeemed && answer.first);
		expect(firsts).toHaveLength(100);
		expect(await fixture.coupons.checkThreshold(id)).toMatchObject({ redeemed: 100 });
		await expectSumsToHold(fixture.database, id);
	});
});
