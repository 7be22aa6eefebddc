import type { IDataObject } from 'n8n-workflow';

import { CouponPools } from '../../lib';
import { runWorkflow, type FinishedRun, type WorkflowRun } from '../support/run-workflow';
import { EmbeddedPools, locator, someCodes } from './embedded-pools';

let pools: EmbeddedPools;
beforeAll(() => (pools = new EmbeddedPools()));
afterAll(async () => await pools.drop());
afterEach(() => jest.restoreAllMocks());

async function check(parameters: IDataObject, more: Partial<WorkflowRun> = {}) {
	return await runWorkflow({
		credential: pools.credential,
		items: [{ json: {} }],
		steps: [{ node: 'CheckThreshold', parameters }],
		...more,
	});
}

function names(run: FinishedRun, output: number): unknown[] {
	return run.json('CheckThreshold', output).map(({ pool }) => (pool as IDataObject).name);
}

it('says that there is no pool yet', async () => {
	const run = await check({ which: 'all' });
	expect(run.hints('CheckThreshold')).toEqual([
		expect.stringContaining("Make one with 'Create Pool'"),
	]);
});

it('passes low pools out on Low and the others on OK, each with its figures', async () => {
	const low = await pools.pool(someCodes(3), {
		lowStockThreshold: 5,
		notificationEmails: 'a@example.com',
	});
	const ok = await pools.pool(someCodes(9), { lowStockThreshold: 5 });
	const run = await check({ which: 'several', pools: [low.id, ok.id] });

	expect(names(run, 0)).toEqual([low.name]);
	expect(names(run, 1)).toEqual([ok.name]);
	expect(run.json('CheckThreshold')[0]).toMatchObject({
		available: 3,
		total: 3,
		threshold: 5,
		low: true,
		alert: true,
		notificationEmails: ['a@example.com'],
		subject: expect.stringContaining(low.name),
		text: expect.any(String),
		checkedAt: expect.stringMatching(/Z$/),
	});
	expect(run.items('CheckThreshold')[0].pairedItem).toEqual([{ item: 0 }]);
});

describe('Once per Fall', () => {
	it('alerts once, then not until the pool was refilled and falls again', async () => {
		const pool = await pools.pool(['A-1'], { lowStockThreshold: 2 });
		const parameters = { which: 'one', pool: locator(pool.id), alert: 'oncePerFall' };
		const leavesByLow = async () => (await check(parameters)).json('CheckThreshold').length;
		const seen = [await leavesByLow(), await leavesByLow()];

		await pools.use(async (coupons) => await coupons.uploadCodes(pool.id, 'A-2\nA-3\nA-4'));
		seen.push(await leavesByLow());
		await pools.use(async (coupons) => {
			const recipients = ['a', 'b', 'c'].map((recipient) => ({ recipient }));
			await coupons.assign(pool.id, recipients);
		});
		seen.push(await leavesByLow(), await leavesByLow());

		expect(seen).toEqual([1, 0, 0, 1, 0]);
	});

	it('alerts after all, if the node stopped at another item', async () => {
		const pool = await pools.pool(['A-1'], { lowStockThreshold: 2 });
		const parameters = { which: 'one', pool: locator('={{ $json.pool }}', 'name') };
		const checkFor = async (...names: string[]) =>
			await check(parameters, { items: names.map((name) => ({ json: { pool: name } })) });

		const stopped = await checkFor(pool.name, 'Misspelt');
		expect(stopped.error?.context?.itemIndex).toBe(1);
		expect(names(await checkFor(pool.name), 0)).toEqual([pool.name]);
	});

	it('alerts by each step that looks, whatever another was told', async () => {
		const pool = await pools.pool(['A-1'], { lowStockThreshold: 2 });
		const parameters = { which: 'one', pool: locator(pool.id), alert: 'oncePerFall' };
		const leavesByLow = async (name: string) => {
			const steps = [{ node: 'CheckThreshold', name, parameters } as const];
			return (await check(parameters, { steps })).json(name).length;
		};
		const seen = [await leavesByLow('Page'), await leavesByLow('Mail'), await leavesByLow('Page')];
		expect(seen).toEqual([1, 1, 0]);
	});

	it('marks a pool as low that leaves by OK for that reason', async () => {
		const pool = await pools.pool(['A-1'], { lowStockThreshold: 2 });
		const parameters = { which: 'one', pool: locator(pool.id), alert: 'oncePerFall' };
		await check(parameters);
		const second = await check(parameters);
		expect(second.json('CheckThreshold', 1)).toMatchObject([{ low: true, alert: false }]);
	});

	it('is not used up by a manual run, which shows the pool as low', async () => {
		const pool = await pools.pool(['A-1'], { lowStockThreshold: 2 });
		const parameters = { which: 'one', pool: locator(pool.id), alert: 'oncePerFall' };
		const runs = [
			await check(parameters, { mode: 'manual' }),
			await check(parameters, { mode: 'manual' }),
			await check(parameters),
		];
		expect(runs.map((run) => run.json('CheckThreshold').length)).toEqual([1, 1, 1]);
	});
});

it('alerts every time, if so chosen', async () => {
	const pool = await pools.pool(['A-1'], { lowStockThreshold: 2 });
	const parameters = { which: 'one', pool: locator(pool.id), alert: 'everyTime' };
	const runs = [await check(parameters), await check(parameters)];
	expect(runs.map((run) => run.json('CheckThreshold').length)).toEqual([1, 1]);
});

it('tells whether the stock covers a broadcast', async () => {
	const pool = await pools.pool(someCodes(10));
	const covers = async (needed: number) => {
		const run = await check({ which: 'one', pool: locator(pool.id), needed, alert: 'everyTime' });
		return [...run.json('CheckThreshold', 0), ...run.json('CheckThreshold', 1)][0];
	};
	expect(await covers(10)).toMatchObject({ coversNeeded: true, low: false });
	expect(await covers(11)).toMatchObject({ coversNeeded: false, low: true });
});

it('lets no broadcast go out that the stock does not cover, however often it is tried', async () => {
	const pool = await pools.pool(['A-1'], { lowStockThreshold: 2 });
	const parameters = { which: 'one', pool: locator(pool.id), needed: 5 };
	const runs = [await check(parameters), await check(parameters)];
	expect(runs.map((run) => run.json('CheckThreshold').length)).toEqual([1, 1]);
});

it('takes another threshold than the pool’s own', async () => {
	const pool = await pools.pool(someCodes(10), { lowStockThreshold: 2 });
	const run = await check({
		which: 'one',
		pool: locator(pool.id),
		options: { threshold: 50, thresholdUnit: 'codes' },
	});
	expect(run.json('CheckThreshold')).toMatchObject([{ threshold: 50, low: true }]);
});

it('looks at all pools once, however many items come in, and links them to all of these', async () => {
	const items = [{ json: {} }, { json: {} }];
	const run = await check({ which: 'all', alert: 'everyTime' }, { items });
	const all = [...names(run, 0), ...names(run, 1)];
	expect(new Set(all).size).toBe(all.length);
	expect(run.items('CheckThreshold')[0].pairedItem).toEqual([{ item: 0 }, { item: 1 }]);
});

it('looks once for all items that ask the same, answers each of them, and says how to be told once', async () => {
	const low = await pools.pool(['A-1'], { lowStockThreshold: 2 });
	const ok = await pools.pool(['B-1']);
	const looks = jest.spyOn(CouponPools.prototype, 'checkThreshold');
	const checkFor = async (poolIds: string[], parameters: IDataObject) =>
		await check(
			{ which: 'one', pool: locator('={{ $json.id }}'), ...parameters },
			{ items: poolIds.map((id) => ({ json: { id } })) },
		);
	const itemsOf = (run: FinishedRun, output: number) =>
		run.items('CheckThreshold', output).map(({ pairedItem }) => pairedItem);

	const once = await checkFor([low.id, ok.id, low.id], { alert: 'oncePerFall' });
	expect(looks).toHaveBeenCalledTimes(2);
	expect(itemsOf(once, 0)).toEqual([[{ item: 0 }]]);
	expect(itemsOf(once, 1)).toEqual([[{ item: 1 }], [{ item: 2 }]]);
	expect(once.json('CheckThreshold', 1)[1]).toMatchObject({ low: true, alert: false });
	expect(once.hints('CheckThreshold')).toEqual([expect.stringContaining("'Execute Once'")]);

	const short = await checkFor([ok.id, ok.id], { needed: 2, alert: 'oncePerFall' });
	expect(itemsOf(short, 0)).toEqual([[{ item: 0 }], [{ item: 1 }]]);
	const each = await checkFor([low.id, ok.id], { alert: 'everyTime' });
	expect(each.hints('CheckThreshold')).toEqual([]);
});

it('fails for the item whose pool is not there, where the node continues', async () => {
	const pool = await pools.pool(['A-1'], { lowStockThreshold: 2 });
	const run = await check(
		{},
		{
			items: [{ json: { id: '999999' } }, { json: { id: pool.id } }],
			steps: [
				{
					node: 'CheckThreshold',
					parameters: { which: 'one', pool: locator('={{ $json.id }}') },
					settings: { onError: 'continueErrorOutput' },
				},
			],
		},
	);
	expect(names(run, 0)).toEqual([pool.name]);
	expect(run.items('CheckThreshold', 2)).toMatchObject([
		{ json: { id: '999999', error: expect.stringContaining('999999') }, pairedItem: { item: 0 } },
	]);
});
