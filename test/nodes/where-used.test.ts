import type { IDataObject } from 'n8n-workflow';

import { publish, testTrigger } from '../support/run-trigger';
import { runWorkflow, type Step } from '../support/run-workflow';
import { EmbeddedPools, locator } from './embedded-pools';

const pools = new EmbeddedPools();
afterAll(async () => await pools.drop());

async function run(steps: Step[], mode: 'webhook' | 'manual' = 'webhook') {
	return await runWorkflow({
		credential: pools.credential,
		items: [{ json: { email: 'ann@example.com' } }, { json: { email: 'bob@example.com' } }],
		mode,
		steps,
	});
}

function managing(operation: string, poolId: string, parameters: IDataObject = {}): Step {
	return {
		node: 'ManageCoupons',
		parameters: { resource: 'pool', operation, pool: locator(poolId), ...parameters },
	};
}

async function manage(...call: Parameters<typeof managing>): Promise<IDataObject[]> {
	const finished = await run([managing(...call)]);
	if (finished.error) throw finished.error;
	// Each of the two items asked; one answer is enough.
	return finished.json('ManageCoupons');
}

const assigning = (poolId: string): Step => ({
	node: 'AssignCoupon',
	name: 'Give 10%',
	parameters: { recipient: '={{ $json.email }}', pool: locator(poolId), campaign: 'cart' },
});

it('is recorded by the steps that worked with the pool, and not by those that look at it', async () => {
	const pool = await pools.pool(['A-1', 'A-2', 'A-3']);
	await run([
		assigning(pool.id),
		{ node: 'CheckThreshold', parameters: { which: 'one', pool: locator(pool.id) } },
	]);
	await run([assigning(pool.id)]);
	await run([
		{
			node: 'UploadCodes',
			parameters: { source: 'text', text: 'B-1', pool: locator(pool.id) },
		},
	]);
	await run([
		{
			node: 'ManageCoupons',
			parameters: { resource: 'code', operation: 'getMany', pool: locator(pool.id) },
		},
	]);
	await run([managing('get', pool.id)]);
	await run([{ node: 'CheckThreshold', parameters: { which: 'all' } }]);

	const uses = await pools.use(async (coupons) => await coupons.whereUsed(pool.id));
	expect(uses.map(({ operation, node, runs }) => [operation, node, runs]).sort()).toEqual([
		['Assign Coupon', 'Give 10%', 2],
		['Check Threshold', 'CheckThreshold', 1],
		['Manage Coupons: get many code', 'ManageCoupons', 1],
		['Upload Codes', 'UploadCodes', 1],
	]);
});

it('is recorded of macros that give codes, for each pool that a message took one from', async () => {
	const [school, vip, other] = await Promise.all([
		pools.pool(['S-1', 'S-2'], { name: 'School' }),
		pools.pool(['V-1'], { name: 'VIP' }),
		pools.pool(['O-1'], { name: 'Other' }),
	]);
	const finished = await run([
		{
			node: 'RenderMessage',
			name: 'Write the Mail',
			parameters: {
				parts: ['text'],
				macros: 'assign',
				recipient: '={{ $json.email }}',
				campaign: 'mailing-7',
				text: "{{client.promocode('School')}} {{client.last_promocode('VIP')}}{{#if none}}{{client.promocode('Other')}}{{/if}}",
				missingFields: 'blank',
			},
		},
	]);
	expect(finished.error).toBeUndefined();

	const used = async ({ id }: { id: string }) =>
		(await pools.use(async (coupons) => await coupons.whereUsed(id))).map(
			({ operation, node, campaign, runs }) => [operation, node, campaign, runs],
		);
	expect(await used(school)).toEqual([['Render Message', 'Write the Mail', 'mailing-7', 1]]);
	expect(await used(vip)).toEqual([['Render Message', 'Write the Mail', 'mailing-7', 1]]);
	expect(await used(other)).toEqual([]);
});

it('is recorded of a trigger that watches the pool by name, as soon as it is published', async () => {
	const pool = await pools.pool(['A-1', 'A-2', 'A-3']);
	const watching = async (parameters: IDataObject) =>
		await publish({
			credential: pools.credential,
			parameters: { events: ['assigned'], ...parameters },
		});
	const all = await watching({ which: 'all' });
	expect(await pools.use(async (coupons) => await coupons.whereUsed(pool.id))).toEqual([]);
	await all.unpublish();

	const one = await watching({ which: 'one', pool: locator(pool.id) });
	const uses = async () => await pools.use(async (coupons) => await coupons.whereUsed(pool.id));
	expect(await uses()).toMatchObject([
		{ operation: 'Coupon Pool Trigger', node: 'CouponPoolTrigger', manual: false, runs: 1 },
	]);
	await run([assigning(pool.id)]);
	await one.finished(1);
	expect((await uses()).find(({ operation }) => operation === 'Coupon Pool Trigger')?.runs).toBe(2);
	await one.unpublish();

	await testTrigger({
		credential: pools.credential,
		parameters: { events: ['assigned'], which: 'several', pools: [pool.id] },
	});
	expect(
		(await uses()).filter(({ operation }) => operation === 'Coupon Pool Trigger'),
	).toHaveLength(2);
});

it('is shown on the canvas with workflow, campaign and whether it was a try', async () => {
	const pool = await pools.pool(['A-1', 'A-2']);
	await run([assigning(pool.id)], 'manual');
	const [use] = await manage('whereUsed', pool.id);
	expect(use).toMatchObject({
		workflowId: 'workflow-1',
		workflow: 'Under test',
		active: false,
		node: 'Give 10%',
		operation: 'Assign Coupon',
		campaign: 'cart',
		manual: true,
		runs: 1,
		lastUsedAt: expect.stringMatching(/^\d{4}-/),
	});
});

it('is reported with what became of the codes, day by day in the workflow’s timezone', async () => {
	const pool = await pools.pool(['A-1', 'A-2', 'A-3']);
	await run([assigning(pool.id)]);
	const [report] = await manage('report', pool.id, { options: { days: 2, prove: true } });
	expect(report).toMatchObject({
		pool: { name: pool.name, status: 'ok' },
		total: 3,
		available: 1,
		assigned: 2,
		redemptionRate: 0,
		campaigns: [{ campaign: 'cart', assigned: 2 }],
		batches: [{ added: 3, available: 1 }],
		proof: { holds: true },
		timezone: 'Europe/Berlin',
	});
	expect(report.days).toMatchObject([{ assigned: 0 }, { assigned: 2 }]);
});

it('names the workflow where the pool is archived or to be deleted, until it is forgotten', async () => {
	const pool = await pools.pool(['A-1', 'A-2']);
	await run([assigning(pool.id)]);
	const refused = await run([managing('delete', pool.id)]);
	expect(refused.error?.message).toContain('is used by "Under test"');
	const archiving = await run([managing('archive', pool.id)]);
	expect(archiving.json('ManageCoupons')[0].warning).toContain('Used by "Under test"');
	expect(archiving.hints('ManageCoupons')[0]).toContain('Used by "Under test"');
	const unknown = { options: { workflowId: '={{ $json.none }}' } };
	const ofNone = await run([managing('forgetUses', pool.id, unknown)]);
	expect(ofNone.error?.message).toBe("'Workflow ID' is empty [Item 0]");
	expect(await manage('forgetUses', pool.id, { options: { workflowId: 'workflow-1' } })).toEqual([
		{ forgotten: 1 },
		{ forgotten: 0 },
	]);
	expect(await manage('whereUsed', pool.id)).toEqual([]);
	const [again] = await manage('archive', pool.id);
	expect(again.warning).toBeNull();
	const empty = await pools.pool([]);
	await run([assigning(empty.id)]);
	const deleting = await runWorkflow({
		credential: pools.credential,
		items: [{ json: {} }],
		steps: [managing('delete', empty.id)],
	});
	expect(deleting.json('ManageCoupons')).toMatchObject([
		{ deleted: true, warning: expect.stringContaining('Used by "Under test"') },
	]);
	expect(deleting.hints('ManageCoupons')[0]).toContain('Used by "Under test"');
});

it('names the workflow where the pool gets a new name, by which it may no longer be found', async () => {
	const pool = await pools.pool(['A-1', 'A-2']);
	const hintsOf = async (settings: IDataObject) =>
		(await run([managing('update', pool.id, { settings })])).hints('ManageCoupons');
	expect(await hintsOf({ name: 'Nobody uses it' })).toEqual([]);
	await run([assigning(pool.id)]);
	expect(await hintsOf({ description: 'Spring' })).toEqual([]);
	expect((await hintsOf({ name: 'Spring' }))[0]).toMatch(/Used by "Under test".* By Name/);
});
