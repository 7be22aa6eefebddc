import type { IDataObject, INodeExecutionData } from 'n8n-workflow';

import { CouponPools } from '../../lib';
import {
	runWorkflow,
	type FinishedRun,
	type Step,
	type WorkflowRun,
} from '../support/run-workflow';
import { EmbeddedPools, someCodes } from './embedded-pools';
import { people } from './run-assign';

const pools = new EmbeddedPools();
afterAll(async () => await pools.drop());
afterEach(() => jest.restoreAllMocks());

async function render(
	items: INodeExecutionData[],
	parameters: IDataObject,
	{ settings, ...run }: Partial<WorkflowRun> & Pick<Step, 'settings'> = {},
): Promise<FinishedRun> {
	return await runWorkflow({
		credential: pools.credential,
		items,
		steps: [
			{
				node: 'RenderMessage',
				parameters: {
					parts: ['text'],
					macros: 'assign',
					recipient: '={{ $json.email }}',
					...parameters,
				},
				settings,
			},
		],
		...run,
	});
}

function texts(run: FinishedRun, output = 0): unknown[] {
	return run
		.json('RenderMessage', output)
		.map(({ message }) => (message as IDataObject | undefined)?.text);
}

const promocode = (pool: { name: string }): string => `{{client.promocode('${pool.name}')}}`;
const lastPromocode = (pool: { name: string }): string =>
	`{{client.last_promocode('${pool.name}')}}`;

describe('A macro gives a code', () => {
	it('and the item passes on what it had, with the message and the coupons beside it', async () => {
		const pool = await pools.pool(['SAVE-1'], { name: 'Autumn 10%' });
		const input = [{ json: { email: 'Jane@Example.com', cart: { total: 5 } } }];
		const before = structuredClone(input);
		const run = await render(input, { text: promocode(pool), campaign: 'cart' });
		expect(run.json('RenderMessage')).toEqual([
			{
				email: 'Jane@Example.com',
				cart: { total: 5 },
				message: { text: 'SAVE-1' },
				coupons: [
					{
						macro: 'promocode',
						code: 'SAVE-1',
						expiresAt: null,
						pool: 'Autumn 10%',
						campaign: 'cart',
						recipient: 'jane@example.com',
						source: 'pool',
						issue: 'initial',
						assignedAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
						assignmentId: expect.stringMatching(/^\d+$/),
					},
				],
			},
		]);
		expect(run.items('RenderMessage')[0].pairedItem).toEqual({ item: 0 });
		expect(input).toEqual(before);
	});

	it('once for each recipient of a mailing, in one call for all', async () => {
		const pool = await pools.pool(someCodes(60, 'M'));
		const calls = jest.spyOn(CouponPools.prototype, 'renderMessages');
		const run = await render(people(...someCodes(50, 'person')), {
			text: `${promocode(pool)} ${promocode(pool)}`,
		});
		const given = someCodes(50, 'M').map((code) => `${code} ${code}`);
		expect(texts(run).sort()).toEqual(given.sort());
		expect(await pools.available(pool.id)).toBe(10);
		expect(calls).toHaveBeenCalledTimes(1);
	});

	it('the same again to the same recipient, by the rule that is chosen', async () => {
		const pool = await pools.pool(someCodes(3, 'R'));
		await render(people('a'), { text: promocode(pool) });
		const again = await render(people('a'), { text: promocode(pool) });
		const anew = await render(people('a'), {
			text: promocode(pool),
			ifAlreadyAssigned: 'alwaysNew',
		});
		expect([...texts(again), ...texts(anew)]).toEqual(['R-1', 'R-2']);
		expect(again.json('RenderMessage')[0].coupons).toMatchObject([{ issue: 'repeat' }]);
	});

	it('once for each run, although Retry on Fail tries again', async () => {
		const pool = await pools.pool(someCodes(5, 'T'));
		const empty = await pools.pool();
		const parameters = {
			text: `${promocode(pool)} ${promocode(empty)}`,
			ifAlreadyAssigned: 'alwaysNew',
		};
		const run = await render(people('a', 'b'), parameters, {
			settings: { retryOnFail: true, maxTries: 3, waitBetweenTries: 0 },
		});
		expect(run.error?.message).toContain('has no code left');
		expect(await pools.available(pool.id)).toBe(3);
	});

	it('to the request that an option names', async () => {
		const pool = await pools.pool(someCodes(3, 'Q'));
		const parameters = {
			text: promocode(pool),
			ifAlreadyAssigned: 'alwaysNew',
			options: { requestId: '={{ $json.email }}' },
		};
		await render(people('a'), parameters);
		expect(texts(await render(people('a', 'b'), parameters))).toEqual(['Q-1', 'Q-2']);
	});

	it('from the pool of the merchant that an option names', async () => {
		const uk = await pools.pool(['UK-1'], { merchant: 'uk', name: 'Shared name' });
		await pools.pool(['DE-1'], { merchant: 'de', name: 'Shared name' });
		const run = await render(people('a'), { text: promocode(uk), options: { merchant: 'de' } });
		expect(texts(run)).toEqual(['DE-1']);
		const neither = await render(people('a'), { text: promocode(uk) });
		expect(neither.error?.message).toContain('2 merchants have a pool');
	});

	it('only where the message shows it, and the last one takes none', async () => {
		const pool = await pools.pool(someCodes(3, 'B'));
		const text = `{{#if n}}${lastPromocode(pool)}{{else}}${promocode(pool)}{{/if}}.`;
		expect(texts(await render(people('a', 'b'), { text }))).toEqual(['B-1.', '.']);
		expect(await pools.available(pool.id)).toBe(2);
	});

	it('also where the template is the item’s own', async () => {
		const [one, two] = [await pools.pool(['ONE']), await pools.pool(['TWO'])];
		const items = [one, two].map((pool, n) => ({
			json: { email: `p${n}@example.com`, template: promocode(pool) },
		}));
		const run = await render(items, {
			templates: 'given',
			textTemplate: '={{ $json.template }}',
		});
		expect(texts(run)).toEqual(['ONE', 'TWO']);
	});
});

describe('Where there is no code', () => {
	it('the default code of the pool stands for it', async () => {
		const pool = await pools.pool([], { defaultCode: 'ALWAYS5' });
		const run = await render(people('a'), { text: promocode(pool) });
		expect(texts(run)).toEqual(['ALWAYS5']);
		expect(run.json('RenderMessage')[0].coupons).toMatchObject([{ source: 'default' }]);
	});

	it('the node stops with the item and the reason, and sends no error text', async () => {
		const pool = await pools.pool(['LAST']);
		const run = await render(people('a', 'b'), { text: promocode(pool) });
		expect(run.error?.message).toContain(`The pool ${pool.name} has no code left.`);
		expect(run.error?.description).toContain('default code');
		expect(run.error?.context?.itemIndex).toBe(1);
	});

	it('only that item goes to the error output, where the node continues', async () => {
		const pool = await pools.pool(['LAST']);
		const run = await render(
			people('a', 'b'),
			{ text: promocode(pool) },
			{ settings: { onError: 'continueErrorOutput' } },
		);
		expect(texts(run)).toEqual(['LAST']);
		expect(run.items('RenderMessage', 1)).toMatchObject([
			{
				json: { n: 1, error: expect.stringContaining('has no code left') },
				pairedItem: { item: 1 },
			},
		]);
	});

	it('nothing stands for it, if that is chosen, and the item says why', async () => {
		const pool = await pools.pool();
		const run = await render(people('a'), { text: `[${promocode(pool)}]`, whenNoCode: 'blank' });
		expect(texts(run)).toEqual(['[]']);
		expect(run.json('RenderMessage')[0].coupons).toMatchObject([
			{ code: null, reason: 'out_of_stock' },
		]);
	});
});

describe('No code is taken', () => {
	it.each<[string, IDataObject, string]>([
		['a recipient is missing', { recipient: '={{ $json.nobody }}' }, "'Recipient' is empty"],
		['a field is missing', { text: "{{name}}{{client.promocode('x')}}" }, '{{name}} has no value'],
		['a pool does not exist', { text: "{{client.promocode('Nowhere')}}" }, '"Nowhere"'],
	])('where %s', async (_, parameters, message) => {
		const pool = await pools.pool(['N-1']);
		const run = await render(people('a'), { text: promocode(pool), ...parameters });
		expect(run.error?.message).toContain(message);
		expect(run.error?.description).toBeTruthy();
		expect(run.error?.context?.itemIndex).toBe(0);
		expect(await pools.available(pool.id)).toBe(1);
	});

	it('where an item cannot be read and the node continues: the others get theirs', async () => {
		const pool = await pools.pool(someCodes(3, 'N'));
		const run = await render(
			people('a', '', 'b'),
			{ text: promocode(pool) },
			{ settings: { onError: 'continueRegularOutput' } },
		);
		expect(texts(run)).toEqual(['N-1', undefined, 'N-2']);
		expect(run.json('RenderMessage')[1].error).toContain("'Recipient' is empty");
	});

	it('where macros are not told to take any: the error says how', async () => {
		const run = await render(people('a'), {
			text: "{{client.promocode('x')}}",
			macros: 'refuse',
		});
		expect(run.error?.description).toContain("'Macros' → 'Assign Codes'");
	});

	it.each([
		['code', 'X-0|X-0'],
		['defaultCode', 'ALWAYS5|ALWAYS5'],
		['outOfStock', '|'],
	])('on manual runs, which show a marked %s', async (onManualRuns, text) => {
		const pool = await pools.pool(['A-7'], { defaultCode: 'ALWAYS5' });
		const parameters = {
			text: `${promocode(pool)}|${lastPromocode(pool)}`,
			onManualRuns,
			whenNoCode: 'blank',
		};
		const run = await render(people('a'), parameters, { mode: 'manual' });
		expect(texts(run)).toEqual([text]);
		expect(run.hints('RenderMessage')).toEqual([
			expect.stringContaining("choose 'Take a Real Code'"),
		]);
		expect(await pools.available(pool.id)).toBe(1);
	});

	it.each([
		['is not active', ['A-1', 'A-2'], { active: false }, 'these items would get no code.'],
		['has too few codes', ['A-1'], {}, 'has 1 code to give for 2 items'],
		['has a default code', [], { defaultCode: 'ALWAYS5' }, 'would get its default code.'],
	])(
		'on manual runs, which say that a pool that %s gives something else in production',
		async (_, codes, settings, hint) => {
			const pool = await pools.pool(codes, settings);
			const parameters = { text: `${promocode(pool)} ${lastPromocode(pool)}` };
			const run = await render(people('a', 'b'), parameters, { mode: 'manual' });
			expect(texts(run)).toHaveLength(2);
			expect(run.hints('RenderMessage')).toContainEqual(expect.stringContaining(hint));
		},
	);

	it('but on a manual run that is to take real ones', async () => {
		const pool = await pools.pool(['A-7']);
		const parameters = { text: promocode(pool), onManualRuns: 'real' };
		const run = await render(people('a'), parameters, { mode: 'manual' });
		expect(texts(run)).toEqual(['A-7']);
		expect(run.hints('RenderMessage')).toEqual([]);
		expect(await pools.available(pool.id)).toBe(0);
	});
});
