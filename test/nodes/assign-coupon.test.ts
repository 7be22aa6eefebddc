import { Expression, type INodeExecutionData } from 'n8n-workflow';

import { CouponPools, CouponPoolsError } from '../../lib';
import { runWorkflow, type WorkflowRun } from '../support/run-workflow';
import { EmbeddedPools, locator, someCodes } from './embedded-pools';

const pools = new EmbeddedPools();
afterAll(async () => await pools.drop());
afterEach(() => jest.restoreAllMocks());

/** Runs Assign Coupon alone. */
async function assign(
	items: INodeExecutionData[],
	parameters: Record<string, unknown>,
	more: Partial<WorkflowRun> & { onError?: 'continueRegularOutput' | 'continueErrorOutput' } = {},
) {
	const { onError, ...run } = more;
	return await runWorkflow({
		credential: pools.credential,
		items,
		steps: [
			{
				node: 'AssignCoupon',
				parameters: { recipient: '={{ $json.email }}', ...parameters } as never,
				settings: { onError },
			},
		],
		...run,
	});
}

function people(...names: string[]): INodeExecutionData[] {
	return names.map((name, n) => ({ json: { n, email: name && `${name}@example.com` } }));
}

describe('A coupon is assigned', () => {
	it('and the item passes on what it had, with the coupon beside it', async () => {
		const pool = await pools.pool(['SAVE-1'], { name: 'Autumn' });
		const input = [{ json: { email: 'Jane@Example.com', cart: { total: 5 } } }];
		const before = structuredClone(input);

		const run = await assign(input, { pool: locator(pool.id), campaign: 'cart' });

		expect(run.json('AssignCoupon')).toEqual([
			{
				email: 'Jane@Example.com',
				cart: { total: 5 },
				coupon: {
					code: 'SAVE-1',
					expiresAt: null,
					pool: 'Autumn',
					campaign: 'cart',
					recipient: 'jane@example.com',
					source: 'pool',
					issue: 'initial',
					assignedAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
					assignmentId: expect.stringMatching(/^\d+$/),
				},
			},
		]);
		expect(run.items('AssignCoupon')[0].pairedItem).toEqual({ item: 0 });
		expect(input).toEqual(before);
	});

	it('for the campaign of the workflow, if none is set', async () => {
		const pool = await pools.pool(['C-1']);
		const run = await assign(people('jane'), { pool: locator(pool.id) });
		expect(run.json('AssignCoupon')[0].coupon).toMatchObject({ campaign: 'workflow-1' });
	});

	it('and items leave in the order in which they came, each linked to its own', async () => {
		const pool = await pools.pool(someCodes(2, 'O'));
		const run = await assign(people('a', 'b', 'c', 'a', 'd'), { pool: locator(pool.id) });

		const [assigned, noCode] = [run.items('AssignCoupon', 0), run.items('AssignCoupon', 1)];
		expect(assigned.map(({ json, pairedItem }) => [json.n, pairedItem])).toEqual([
			[0, { item: 0 }],
			[1, { item: 1 }],
			[3, { item: 3 }],
		]);
		expect(noCode.map(({ json, pairedItem }) => [json.n, pairedItem])).toEqual([
			[2, { item: 2 }],
			[4, { item: 4 }],
		]);
		expect(noCode[0].json.coupon).toEqual({
			code: null,
			expiresAt: null,
			reason: 'out_of_stock',
			message: expect.any(String),
			pool: pool.name,
			campaign: 'workflow-1',
			recipient: 'c@example.com',
		});
	});

	it('from the pool that each item names, and saved where the options say', async () => {
		const one = await pools.pool(['ONE-1']);
		const two = await pools.pool(['TWO-1']);
		const items = [two, one].map((pool, n) => ({
			json: { email: `p${n}@example.com`, poolName: pool.name, customer: { id: 7 } },
		}));

		const run = await assign(items, {
			pool: locator('={{ $json.poolName }}', 'name'),
			options: { saveCodeTo: 'customer.code', saveExpirationDateTo: 'validUntil' },
		});

		expect(run.json('AssignCoupon')).toMatchObject([
			{ customer: { id: 7, code: 'TWO-1' }, validUntil: null },
			{ customer: { id: 7, code: 'ONE-1' }, validUntil: null },
		]);
	});

	it('and with none left, the field for it is emptied of an earlier code', async () => {
		const pool = await pools.pool();
		const run = await assign([{ json: { email: 'a@example.com', code: 'OLD' } }], {
			pool: locator(pool.id),
			options: { saveCodeTo: 'code' },
		});
		expect(run.json('AssignCoupon', 1)[0].code).toBeNull();
	});

	it('and a plain field is never given to the expression engine', async () => {
		const pool = await pools.pool(['E-1', 'E-2']);
		const engine = jest.spyOn(Expression.prototype, 'resolveSimpleParameterValue');
		const asked = () => engine.mock.calls.filter(([value]) => String(value).includes('$json'));

		await assign(people('a', 'b'), { pool: locator(pool.id) });
		expect(asked()).toHaveLength(0);

		await assign(people('a', 'b'), {
			pool: locator(pool.id),
			recipient: '={{ $json.email.trim() }}',
		});
		expect(asked().length).toBeGreaterThanOrEqual(2);
	});

	it('once for all items that share a pool', async () => {
		const pool = await pools.pool(someCodes(50, 'S'));
		const calls = jest.spyOn(CouponPools.prototype, 'assign');
		await assign(people(...someCodes(50, 'person')), { pool: locator(pool.id) });
		expect(calls).toHaveBeenCalledTimes(1);
	});
});

describe('A second try of the same run', () => {
	it('gives the same code, even with New Code Every Time', async () => {
		const pool = await pools.pool(someCodes(5, 'R'));
		const parameters = { pool: locator(pool.id), ifAlreadyAssigned: 'alwaysNew' };
		const first = await assign(people('a'), parameters, { executionId: 'run-1' });
		const retry = await assign(people('a'), parameters, { executionId: 'run-1' });
		const other = await assign(people('a'), parameters, { executionId: 'run-2' });

		const codes = [first, retry, other].map((run) => run.json('AssignCoupon')[0].coupon);
		expect(codes).toMatchObject([{ code: 'R-1' }, { code: 'R-1' }, { code: 'R-2' }]);
	});

	it('by Retry on Fail, after the answer was lost, takes no second code', async () => {
		const pool = await pools.pool(someCodes(5, 'L'));
		const real = CouponPools.prototype.assign;
		jest.spyOn(CouponPools.prototype, 'assign').mockImplementationOnce(async function (
			this: CouponPools,
			...args
		) {
			await real.apply(this, args);
			throw new CouponPoolsError('database_lost', 'The connection was lost', {
				hint: 'Try again.',
			});
		});

		const run = await runWorkflow({
			credential: pools.credential,
			items: people('a', 'b'),
			steps: [
				{
					node: 'AssignCoupon',
					parameters: { pool: locator(pool.id), ifAlreadyAssigned: 'alwaysNew' },
					settings: { retryOnFail: true, maxTries: 2, waitBetweenTries: 0 },
				},
			],
		});

		expect(run.json('AssignCoupon')).toMatchObject([
			{ coupon: { code: 'L-1' } },
			{ coupon: { code: 'L-2' } },
		]);
		expect(await pools.available(pool.id)).toBe(3);
	});

	it('is known by the Request ID, if there is one', async () => {
		const pool = await pools.pool(someCodes(5, 'Q'));
		const parameters = {
			pool: locator(pool.id),
			ifAlreadyAssigned: 'alwaysNew',
			options: { requestId: '={{ $json.order }}' },
		};
		const order = (id: string) => [{ json: { email: 'a@example.com', order: id } }];
		const runs = [];
		for (const id of ['o-1', 'o-1', 'o-2']) runs.push(await assign(order(id), parameters));

		const codes = runs.map((run) => run.json('AssignCoupon')[0].coupon);
		expect(codes).toMatchObject([{ code: 'Q-1' }, { code: 'Q-1' }, { code: 'Q-2' }]);
	});
});

describe('A manual run', () => {
	it.each(['manual', 'evaluation'] as const)(
		'(%s) gives a preview, says so, and takes nothing',
		async (mode) => {
			const pool = await pools.pool(['M-1']);
			const run = await assign(people('a'), { pool: locator(pool.id) }, { mode });

			expect(run.json('AssignCoupon')[0].coupon).toMatchObject({
				source: 'preview',
				assignmentId: null,
				code: expect.not.stringMatching(/^M-1$/),
			});
			expect(run.hints('AssignCoupon')).toEqual([expect.stringContaining('previews')]);
			expect(await pools.available(pool.id)).toBe(1);
		},
	);

	it('simulates an empty pool', async () => {
		const pool = await pools.pool(['M-1']);
		const parameters = { pool: locator(pool.id), onManualRuns: 'outOfStock' };
		const run = await assign(people('a'), parameters, { mode: 'manual' });
		expect(run.json('AssignCoupon', 1)[0].coupon).toMatchObject({ reason: 'out_of_stock' });
	});

	it('simulates the default code', async () => {
		const pool = await pools.pool(['M-1'], { defaultCode: 'WELCOME' });
		const parameters = { pool: locator(pool.id), onManualRuns: 'defaultCode' };
		const run = await assign(people('a'), parameters, { mode: 'manual' });
		expect(run.json('AssignCoupon')[0].coupon).toMatchObject({ code: 'WELCOME' });
	});

	it('takes a real code if told to, without a hint', async () => {
		const pool = await pools.pool(['M-1']);
		const parameters = { pool: locator(pool.id), onManualRuns: 'real' };
		const run = await assign(people('a'), parameters, { mode: 'manual' });
		expect(run.json('AssignCoupon')[0].coupon).toMatchObject({ code: 'M-1', source: 'pool' });
		expect(run.hints('AssignCoupon')).toEqual([]);
		expect(await pools.available(pool.id)).toBe(0);
	});
});

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
