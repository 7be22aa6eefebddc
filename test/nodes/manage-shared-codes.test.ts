import type { IDataObject } from 'n8n-workflow';

import { runWorkflow } from '../support/run-workflow';
import { EmbeddedPools, locator } from './embedded-pools';

const pools = new EmbeddedPools();
afterAll(async () => await pools.drop());

async function manage(operation: string, poolId: string, parameters: IDataObject = {}) {
	return await runWorkflow({
		credential: pools.credential,
		items: [{ json: {} }],
		steps: [
			{
				node: 'ManageCoupons',
				parameters: {
					resource: 'sharedCode',
					operation,
					pool: locator(poolId),
					...parameters,
				},
			},
		],
	});
}

async function answers(...call: Parameters<typeof manage>): Promise<IDataObject[]> {
	const run = await manage(...call);
	if (run.error) throw run.error;
	return run.json('ManageCoupons');
}

it('adds, lists, changes and removes the codes of a shared pool, days in the workflow’s timezone', async () => {
	const { id } = await pools.pool([], { type: 'shared' });
	const [added] = await answers('create', id, {
		sharedCode: 'SUMMER20',
		settings: { beginsAt: '2030-06-01', endsAt: '2030-06-30', expiresAfterDays: 14 },
	});
	// Midnight to midnight in Berlin.
	expect(added).toMatchObject({
		code: 'SUMMER20',
		status: 'upcoming',
		beginsAt: '2030-05-31T22:00:00.000Z',
		endsAt: '2030-06-30T21:59:59.999Z',
		expiresAfterDays: 14,
		maxAssignments: null,
	});
	await answers('create', id, { sharedCode: 'JULY', settings: { beginsAt: '2030-07-01' } });
	const overlapping = await manage('create', id, {
		sharedCode: 'MORE',
		settings: { beginsAt: '2030-06-30', endsAt: '2030-06-30' },
	});
	expect(overlapping.error?.message).toContain('MORE) would be given at the same time as SUMMER20');

	const [changed] = await answers('update', id, {
		sharedCode: 'SUMMER20',
		settings: { code: 'SUMMER25', maxAssignments: 500, expiresAt: '2030-08-31', beginsAt: '' },
	});
	expect(changed).toMatchObject({
		id: added.id,
		code: 'SUMMER25',
		beginsAt: null,
		expiresAt: '2030-08-31T21:59:59.999Z',
		expiresAfterDays: null,
		available: 500,
	});
	expect(await answers('delete', id, { sharedCode: 'JULY' })).toEqual([{ deleted: true }]);
	expect(await answers('getMany', id)).toEqual([changed]);
});

it('says which codes there are where none is named so, and takes the ID where one stands twice', async () => {
	const { id } = await pools.pool([], {
		type: 'shared',
		sharedCodes: [
			{ code: 'SALE', endsAt: '2030-01-01' },
			{ code: 'SALE', beginsAt: '2030-02-01' },
		],
	});
	const unknown = await manage('delete', id, { sharedCode: 'SALES' });
	expect(unknown.error).toMatchObject({
		message: "The pool has no shared code 'SALES' [Item 0]",
		description: 'It has: SALE, SALE.',
	});
	const twice = await manage('delete', id, { sharedCode: 'SALE' });
	expect(twice.error?.message).toBe('The pool has the code SALE 2 times [Item 0]');
	const [, second] = await answers('getMany', id);
	await answers('delete', id, { sharedCode: String(second.id) });
	expect(await answers('getMany', id)).toMatchObject([{ endsAt: '2030-01-01T23:59:59.999Z' }]);
	const nothing = await manage('update', id, { sharedCode: 'SALE' });
	expect(nothing.error?.message).toBe('Nothing is to be changed [Item 0]');
	const unique = await pools.pool(['A-1']);
	const wrong = await manage('getMany', unique.id);
	expect(wrong.error).toMatchObject({
		message: expect.stringContaining('is unique: it has no shared codes'),
		description: 'Choose a shared pool.',
	});
	const dynamic = await pools.use(
		async (coupons) => await coupons.createDynamicPool({ name: 'Made here' }, undefined),
	);
	expect((await manage('getMany', dynamic.id)).error?.message).toContain(
		'is dynamic: it has no shared codes',
	);
});
