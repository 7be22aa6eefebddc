import { Expression } from 'n8n-workflow';

import { CouponPools } from '../../lib';
import { EmbeddedPools, locator, someCodes } from './embedded-pools';
import { assignIn, people } from './run-assign';

const pools = new EmbeddedPools();
afterAll(async () => await pools.drop());
afterEach(() => jest.restoreAllMocks());

const assign = assignIn(pools);

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

	it('only on hold, if so chosen, and says until when', async () => {
		const pool = await pools.pool(['H-1']);
		const parameters = { pool: locator(pool.id), options: { holdMinutes: 30 } };
		const run = await assign(people('jane'), parameters);
		const { assignedAt, heldUntil } = run.json('AssignCoupon')[0].coupon as Record<string, string>;
		expect(Date.parse(heldUntil) - Date.parse(assignedAt)).toBe(30 * 60_000);
		const tested = await assign(people('bob'), parameters, { mode: 'manual' });
		expect(tested.json('AssignCoupon')[0].coupon).toMatchObject({
			source: 'preview',
			heldUntil: expect.any(String),
		});
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

	it('is not taken for that of another n8n, which counts its executions from 1 as well', async () => {
		const pool = await pools.pool(someCodes(5, 'N'));
		const codes = [];
		for (const name of ['a', 'b', 'a']) {
			const run = await assign(people(name), { pool: locator(pool.id) }, { executionId: '11' });
			codes.push(run.json('AssignCoupon')[0].coupon);
		}
		expect(codes).toMatchObject([{ code: 'N-1' }, { code: 'N-2' }, { code: 'N-1' }]);
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

	it('says that the pool has another name than was chosen, as in another database', async () => {
		const pool = await pools.pool(['M-1'], { name: 'Summer', merchant: 'uk' });
		const hintsFor = async (cachedResultName: string) => {
			const chosen = { ...locator(pool.id, 'list'), cachedResultName };
			return (await assign(people('a'), { pool: chosen }, { mode: 'manual' })).hints(
				'AssignCoupon',
			);
		};
		expect(await hintsFor('Winter')).toContainEqual(
			expect.stringMatching(/chosen as "Winter" is "Summer \(uk\)" here/),
		);
		for (const same of ['Summer', 'Summer (uk)', 'Summer (uk) – archived']) {
			expect((await hintsFor(same)).join()).not.toContain('here');
		}
	});

	it.each([
		[
			'is not active',
			[],
			{ active: false },
			'is not active: in production, these items would get no code.',
		],
		['has expired', ['M-1', 'M-2'], { expiresAt: '2020-01-01' }, 'has expired: in production'],
		[
			'is empty',
			[],
			{},
			'has no code to give: in production, whoever holds none yet would get no code.',
		],
		['has too few codes', ['M-1'], {}, 'has 1 code to give for 2 items: in production'],
		['has a default code', [], { defaultCode: 'THANKS5' }, 'would get its default code.'],
	])(
		'says that a pool that %s gives something else in production',
		async (_, codes, settings, hint) => {
			const pool = await pools.pool(codes, settings);
			const run = await assign(people('a', 'b'), { pool: locator(pool.id) }, { mode: 'manual' });

			expect(run.json('AssignCoupon')).toHaveLength(2);
			expect(run.hints('AssignCoupon')).toContainEqual(expect.stringContaining(hint));
		},
	);

	it.each([
		['n8n-nodes-base.manualTrigger', 'preview', 1],
		['n8n-nodes-base.webhook', 'pool', 0],
	])(
		'of a workflow that %s started reaches into its sub-workflow: a code of the %s',
		async (type, source, left) => {
			const pool = await pools.pool(['M-1']);
			const executionContext = {
				...{ version: 1 as const, establishedAt: 0, source: 'manual' as const },
				triggerNode: { name: 'Start', type },
			};
			const run = await assign(
				people('a'),
				{ pool: locator(pool.id) },
				{
					mode: 'integrated',
					parentExecution: { executionId: '1', workflowId: 'parent', executionContext },
				},
			);
			expect(run.json('AssignCoupon')[0].coupon).toMatchObject({ source });
			expect(await pools.available(pool.id)).toBe(left);
		},
	);

	it.each([
		['manual', 'preview', 1],
		['evaluation', 'preview', 1],
		['webhook', 'pool', 0],
	] as const)(
		'(%s) that failed and is retried gives a code of the %s',
		async (source, given, left) => {
			const pool = await pools.pool(['M-1']);
			const executionContext = { version: 1 as const, establishedAt: 0, source };
			const run = await assign(
				people('a'),
				{ pool: locator(pool.id) },
				{ mode: 'retry', executionContext },
			);
			expect(run.json('AssignCoupon')[0].coupon).toMatchObject({ source: given });
			expect(await pools.available(pool.id)).toBe(left);
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
