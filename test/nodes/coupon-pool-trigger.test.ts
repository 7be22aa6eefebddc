import type { IDataObject, WorkflowActivateMode } from 'n8n-workflow';

import { publish, testTrigger, type PublishedWorkflow } from '../support/run-trigger';
import type { Step } from '../support/run-workflow';
import { EmbeddedPools, locator, someCodes } from './embedded-pools';

let pools: EmbeddedPools;
beforeAll(() => (pools = new EmbeddedPools()));
afterAll(async () => await pools.drop());

const published: PublishedWorkflow[] = [];
afterEach(async () => {
	await Promise.all(published.splice(0).map(async ({ unpublish }) => await unpublish()));
});

async function start(
	parameters: IDataObject,
	more: { activation?: WorkflowActivateMode; steps?: Step[] } = {},
) {
	const workflow = await publish({ credential: pools.credential, parameters, ...more });
	published.push(workflow);
	return workflow;
}

const give = async (poolId: string, ...recipients: string[]) =>
	await pools.use(async (coupons) => {
		await coupons.assign(
			poolId,
			recipients.map((recipient) => ({ recipient, campaign: 'cart' })),
		);
	});

function recipients({ executions }: PublishedWorkflow) {
	return executions.map((items) => items.map(({ json }) => json.recipient));
}

it('starts the workflow when a pool runs low, with its figures and a text to send', async () => {
	const pool = await pools.pool(someCodes(3), {
		lowStockThreshold: 2,
		notificationEmails: 'a@example.com',
	});
	const workflow = await start({ which: 'one', pool: locator(pool.id), events: ['low_stock'] });
	await give(pool.id, 'jane@example.com');

	const [run] = await workflow.finished(1);
	expect(run.run.status).toBe('success');
	expect(workflow.executions[0]).toMatchObject([
		{
			json: {
				event: 'low_stock',
				eventId: expect.any(String),
				occurredAt: expect.stringMatching(/Z$/),
				pool: { id: pool.id, name: pool.name, merchant: '' },
				status: 'low',
				available: 2,
				threshold: 2,
				notificationEmails: ['a@example.com'],
				subject: expect.stringContaining(pool.name),
				text: expect.any(String),
			},
		},
	]);
});

it('passes an assignment on to the nodes behind it', async () => {
	const pool = await pools.pool(someCodes(3));
	const workflow = await start(
		{ which: 'one', pool: locator(pool.name, 'name'), events: ['assigned'] },
		{
			steps: [
				{ node: 'RenderMessage', parameters: { text: 'Hi {{recipient}}, your code is {{code}}' } },
			],
		},
	);
	await give(pool.id, 'jane@example.com');
	const [run] = await workflow.finished(1);
	expect(run.json('RenderMessage')).toMatchObject([
		{ message: { text: 'Hi jane@example.com, your code is A-1' } },
	]);
});

it('gives what happened at once to one execution, or one execution each, as chosen', async () => {
	const pool = await pools.pool(someCodes(4));
	const parameters = { which: 'several', pools: [pool.id], events: ['assigned'] };
	const together = await start(parameters);
	await give(pool.id, 'a', 'b');
	await together.finished(1);
	await together.unpublish();
	const each = await start({ ...parameters, options: { perExecution: 'one' } });
	await give(pool.id, 'c', 'd');
	await each.finished(2);
	expect(recipients(together)).toEqual([['a', 'b']]);
	expect(recipients(each)).toEqual([['c'], ['d']]);
	expect(new Set([...together.keys, ...each.keys]).size).toBe(3);
});

describe('what happened while the workflow was switched off', () => {
	const offAndOn = async (whileOff: string | undefined, activation: WorkflowActivateMode) => {
		const pool = await pools.pool(someCodes(3));
		const parameters = {
			which: 'one',
			pool: locator(pool.id),
			events: ['assigned'],
			...(whileOff && { whileOff }),
		};
		await (await start(parameters)).unpublish();
		await give(pool.id, 'meanwhile');
		const workflow = await start(parameters, { activation });
		await give(pool.id, 'afterwards');
		while (!recipients(workflow).flat().includes('afterwards')) {
			await workflow.finished(workflow.executions.length + 1);
		}
		return recipients(workflow).flat();
	};

	it('is left out by default', async () => {
		expect(await offAndOn(undefined, 'activate')).toEqual(['afterwards']);
	});

	it('is caught up with, if so chosen', async () => {
		expect(await offAndOn('catchUp', 'activate')).toEqual(['meanwhile', 'afterwards']);
	});

	it.each(['init', 'update', 'leadershipChange'] as const)(
		'is never left out where n8n itself was away (%s)',
		async (activation) => {
			expect(await offAndOn(undefined, activation)).toEqual(['meanwhile', 'afterwards']);
		},
	);
});

it('watches the pools of a merchant, those made later too', async () => {
	const workflow = await start({ which: 'merchant', merchant: 'shop-de', events: ['assigned'] });
	const other = await pools.pool(someCodes(1), { merchant: 'shop-fr' });
	const pool = await pools.pool(someCodes(1), { merchant: 'shop-de' });
	await give(other.id, 'in France');
	await give(pool.id, 'in Germany');
	await workflow.finished(1);
	expect(recipients(workflow)).toEqual([['in Germany']]);
});

it('starts nothing any more once it is unpublished', async () => {
	const pool = await pools.pool(someCodes(2));
	const parameters = { which: 'one', pool: locator(pool.id), events: ['assigned'] };
	const workflow = await start(parameters);
	const given = give(pool.id, 'jane');
	await workflow.unpublish();
	const sofar = workflow.executions.length;
	await given;
	const next = await start({ ...parameters, whileOff: 'catchUp' });
	await give(pool.id, 'john');
	while (!recipients(next).flat().includes('john')) {
		await next.finished(next.executions.length + 1);
	}
	expect(workflow.executions).toHaveLength(sofar);
	expect([...recipients(workflow), ...recipients(next)].flat()).toEqual(['jane', 'john']);
});

describe('a test in the editor', () => {
	it('gives one event of each kind at once, marked as made up, and tells nobody anything', async () => {
		const pool = await pools.pool(['REAL-1'], { lowStockThreshold: 5 });
		const parameters = {
			which: 'one',
			pool: locator(pool.id),
			events: ['low_stock', 'assigned', 'redeemed'],
		};
		const items = await testTrigger({ credential: pools.credential, parameters });
		expect(items.map(({ json }) => json)).toMatchObject([
			{ event: 'low_stock', sample: true, pool: { name: pool.name }, available: 1 },
			{ event: 'assigned', sample: true, recipient: 'nathan@example.com', redeemedAt: null },
			{ event: 'redeemed', sample: true, redeemedAt: expect.any(String) },
		]);
		expect(JSON.stringify(items)).not.toContain('REAL-1');

		const workflow = await start({ ...parameters, events: ['low_stock'] });
		await workflow.finished(1);
		expect(workflow.executions[0][0].json).toMatchObject({ event: 'low_stock' });
		expect(workflow.executions[0][0].json).not.toHaveProperty('sample');
	});

	it('says what is missing', async () => {
		const test = async (parameters: IDataObject) =>
			await testTrigger({ credential: pools.credential, parameters });
		await expect(test({ events: [] })).rejects.toMatchObject({
			message: 'No event is chosen',
			description: expect.stringContaining("'Trigger On'"),
		});
		await expect(
			test({ which: 'merchant', merchant: 'nobody', events: ['expired'] }),
		).rejects.toMatchObject({ message: 'There is no such pool yet' });
	});
});

it('cannot be published for a pool that is not there', async () => {
	await expect(
		start({ which: 'one', pool: locator('999999'), events: ['expired'] }),
	).rejects.toMatchObject({ message: expect.stringContaining('999999') });
});
