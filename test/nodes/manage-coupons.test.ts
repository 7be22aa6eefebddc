import {
	NodeHelpers,
	type IDataObject,
	type INodeParameters,
	type INodeProperties,
} from 'n8n-workflow';

import { ManageCoupons } from '../../nodes/ManageCoupons/ManageCoupons.node';
import { resources } from '../../nodes/ManageCoupons/router';
import { readFile, runWorkflow, startFiles, type WorkflowRun } from '../support/run-workflow';
import { magentoOrder, shopifyOrder, wooOrder } from '../lib/assignments/shop-orders';
import { EmbeddedPools, locator, someCodes } from './embedded-pools';

const pools = new EmbeddedPools();
afterAll(async () => await pools.drop());

async function manage(
	resource: string,
	operation: string,
	parameters: IDataObject = {},
	more: Partial<WorkflowRun> = {},
) {
	return await runWorkflow({
		credential: pools.credential,
		items: [{ json: {} }],
		steps: [{ node: 'ManageCoupons', parameters: { resource, operation, ...parameters } }],
		...more,
	});
}

async function answers(...call: Parameters<typeof manage>): Promise<IDataObject[]> {
	const run = await manage(...call);
	if (run.error) throw run.error;
	return run.json('ManageCoupons');
}

async function assigned(poolId: string, ...recipients: string[]) {
	return await pools.use(
		async (coupons) =>
			await coupons.assign(
				poolId,
				recipients.map((recipient) => ({ recipient, campaign: 'cart' })),
			),
	);
}

it('offers on its panel just what it can do', () => {
	const { properties } = new ManageCoupons().description;
	for (const [resource, { operations }] of Object.entries(resources)) {
		const chooser = properties.find(
			({ name, displayOptions }) =>
				name === 'operation' && displayOptions?.show?.resource?.includes(resource),
		);
		const offered = (chooser?.options ?? []).map((option) => 'value' in option && option.value);
		expect(offered.sort()).toEqual(Object.keys(operations).sort());
	}
});

it('shows no collection to which nothing can be added', () => {
	const { description } = new ManageCoupons();
	const node = { typeVersion: 1 };
	for (const [resource, { operations }] of Object.entries(resources)) {
		for (const operation of Object.keys(operations)) {
			for (const mode of ['list', 'name', 'id']) {
				const values = { resource, operation, pool: { __rl: true, mode, value: '1' } };
				const shown = (property: INodeProperties, siblings: INodeParameters) =>
					NodeHelpers.displayParameter(siblings, property, node, description, values);
				const empty = description.properties.filter(
					(property) =>
						property.type === 'collection' &&
						shown(property, values) &&
						!(property.options as INodeProperties[]).some((option) => shown(option, {})),
				);
				expect([resource, operation, mode, ...empty.map(({ name }) => name)]).toHaveLength(3);
			}
		}
	}
});

describe('Pool', () => {
	it('Get gives the settings and the stock, and uses up no alert', async () => {
		const pool = await pools.pool(['A-1'], { lowStockThreshold: 5 });
		const [got] = await answers('pool', 'get', { pool: locator(pool.name, 'name') });
		expect(got).toMatchObject({
			id: pool.id,
			lowStockThreshold: 5,
			stock: { available: 1, low: true },
		});
		const check = await pools.use(
			async (coupons) => await coupons.checkThreshold(pool.id, { alert: 'oncePerFall' }),
		);
		expect(check.alert).toBe(true);
	});

	it('Get Many lists pools at a glance, filtered, up to the limit or all', async () => {
		const merchant = 'many';
		for (const name of ['c', 'a', 'b']) await pools.pool(someCodes(2), { name, merchant });
		const names = async (parameters: IDataObject) =>
			(await answers('pool', 'getMany', parameters)).map(({ name }) => name);
		expect(await names({ limit: 2, filters: { merchant } })).toEqual(['a', 'b']);
		expect(await names({ returnAll: true, filters: { merchant } })).toEqual(['a', 'b', 'c']);
		expect(await names({ filters: { merchant, search: 'C' } })).toEqual(['c']);
		const [first] = await answers('pool', 'getMany', { filters: { merchant } });
		expect(first).toMatchObject({ merchant, type: 'unique', status: 'ok', available: 2, total: 2 });
	});

	it('Get Many finds a merchant by the number that an expression makes of it', async () => {
		const pool = await pools.pool([], { merchant: '4711' });
		expect(await answers('pool', 'getMany', { filters: { merchant: 4711 } })).toMatchObject([
			{ id: pool.id },
		]);
		expect(await answers('pool', 'getMany', { filters: { merchant: 0 } })).toEqual([]);
	});

	it('Update changes what is given, the name too, and says so where nothing is', async () => {
		const pool = await pools.pool([], { merchant: 'old', expirationCutoffDays: 3 });
		const [updated] = await answers('pool', 'update', {
			pool: locator(pool.id),
			settings: { name: 'Renamed', expiresAt: '2030-06-30', notificationEmails: 'a@b.c; d@e.f' },
		});
		expect(updated).toMatchObject({
			id: pool.id,
			name: 'Renamed',
			merchant: 'old',
			expirationCutoffDays: 3,
			// The end of that day in the workflow's timezone, Berlin.
			expiresAt: '2030-06-30T21:59:59.999Z',
			notificationEmails: ['a@b.c', 'd@e.f'],
		});
		const nothing = await manage('pool', 'update', { pool: locator(pool.id), settings: {} });
		expect(nothing.error?.message).toBe('Nothing is to be changed [Item 0]');
		const unfound = await manage('pool', 'update', {
			pool: locator(pool.id),
			settings: { expiresAt: '={{ $json.absent }}' },
		});
		expect(unfound.error?.message).toBe("'Expires' has no value [Item 0]");
	});

	it('Archive hides a pool and Restore brings it back', async () => {
		const pool = await pools.pool(['A-1'], { merchant: 'hidden' });
		const listed = async (filters: IDataObject = {}) =>
			(await answers('pool', 'getMany', { filters: { merchant: 'hidden', ...filters } })).length;
		await answers('pool', 'archive', { pool: locator(pool.id) });
		expect([await listed(), await listed({ status: 'archived' })]).toEqual([0, 1]);
		expect(await answers('pool', 'restore', { pool: locator(pool.id) })).toMatchObject([
			{ archivedAt: null, active: true },
		]);
		expect(await listed()).toBe(1);
	});

	it('Delete takes an empty pool, and tells to archive any other', async () => {
		const empty = await pools.pool();
		expect(await answers('pool', 'delete', { pool: locator(empty.id) })).toEqual([
			{ deleted: true, warning: null },
		]);
		const full = await pools.pool(['A-1']);
		const { error } = await manage('pool', 'delete', { pool: locator(full.id) });
		expect(error?.message).toContain('cannot be deleted: it has codes');
		expect(error?.description).toContain('Archive it instead');
	});
});

describe('Code', () => {
	it('Get and Get Many show who holds what', async () => {
		const pool = await pools.pool(someCodes(3));
		await assigned(pool.id, 'ann');
		const [one] = await answers('code', 'get', { pool: locator(pool.id), code: 'A-1' });
		expect(one).toMatchObject({ state: 'assigned', holder: { recipient: 'ann' } });
		expect((one.history as IDataObject[]).map(({ kind }) => kind)).toEqual(['added', 'assigned']);
		const listed = await answers('code', 'getMany', {
			pool: locator(pool.id),
			returnAll: true,
			filters: { state: 'available', search: 'A-' },
		});
		expect(listed.map(({ code }) => code)).toEqual(['A-2', 'A-3']);
	});

	it('Remove takes codes as they are pasted, and answers for each', async () => {
		const pool = await pools.pool(someCodes(3));
		await assigned(pool.id, 'ann');
		const removed = await answers('code', 'remove', {
			pool: locator(pool.id),
			codes: 'A-1\n A-2, A-9\r\n',
		});
		expect(removed).toEqual([
			{ code: 'A-1', removed: false, reason: 'assigned' },
			{ code: 'A-2', removed: true },
			{ code: 'A-9', removed: false, reason: 'unknown_code' },
		]);
		expect(await pools.available(pool.id)).toBe(1);
	});

	it('Release puts a code back, by itself or by its assignment', async () => {
		const pool = await pools.pool(someCodes(2));
		const [, second] = await assigned(pool.id, 'ann', 'bob');
		await answers('code', 'release', { pool: locator(pool.id), findBy: 'code', code: 'A-1' });
		await answers('code', 'release', {
			pool: locator(pool.id),
			findBy: 'assignment',
			assignmentId: (second as { assignmentId: string }).assignmentId,
		});
		expect(await pools.available(pool.id)).toBe(2);
		const again = await manage('code', 'release', {
			pool: locator(pool.id),
			findBy: 'code',
			code: 'A-1',
		});
		expect(again.error?.message).toContain('has no code "A-1" that somebody holds');
	});

	it('Release says of a code why it cannot be put back', async () => {
		const pool = await pools.pool(someCodes(2));
		const given = await assigned(pool.id, 'ann', 'bob');
		const [first, second] = given as Array<{ assignmentId: string }>;
		const releaseOf = async (assignmentId: string) => {
			const byId = { pool: locator(pool.id), findBy: 'assignment', assignmentId };
			return (await manage('code', 'release', byId)).error?.message;
		};
		await pools.use(async (coupons) => await coupons.redeem(pool.id, first.assignmentId));
		expect(await releaseOf(first.assignmentId)).toBe(
			'The code A-1 cannot be released: it was used',
		);
		expect(await releaseOf(second.assignmentId)).toBeUndefined();
		expect(await releaseOf(second.assignmentId)).toBe('The code A-2 was released already');
		expect(await releaseOf('4711')).toBe('There is no assignment 4711');
	});

	it.each(['get', 'confirm', 'release'])(
		'%s says that the expression for the code finds nothing',
		async (operation) => {
			const pool = await pools.pool();
			const messageOf = async (findBy: string) => {
				const named = { findBy, code: '={{ $json.no }}', assignmentId: '={{ $json.no }}' };
				const run = await manage('code', operation, { pool: locator(pool.id), ...named });
				return run.error?.message;
			};
			expect(await messageOf('code')).toBe("'Code' is empty [Item 0]");
			if (operation === 'get') return;
			expect(await messageOf('assignment')).toBe("'Assignment ID' is empty [Item 0]");
		},
	);

	it('Confirm makes final what Assign Coupon only reserved', async () => {
		const pool = await pools.pool(someCodes(3));
		const [held] = await pools.use(async (coupons) => {
			return await coupons.assign(
				pool.id,
				[{ recipient: 'ann' }, { recipient: 'bob' }, { recipient: 'cid' }],
				{ holdMinutes: 5 },
			);
		});
		await answers('code', 'confirm', { pool: locator(pool.id), findBy: 'code', code: 'A-2' });
		const assignmentId = (held as { assignmentId: string }).assignmentId;
		const byId = { pool: locator(pool.id), findBy: 'assignment', assignmentId };
		expect(await answers('code', 'confirm', byId)).toEqual([
			{ confirmed: true, assignmentId, poolId: pool.id, pool: pool.name },
		]);
		await answers('code', 'release', { pool: locator(pool.id), findBy: 'code', code: 'A-3' });
		const late = { pool: locator(pool.id), findBy: 'code', code: 'A-3' };
		expect((await manage('code', 'confirm', late)).error?.message).toContain(
			'has no code "A-3" that somebody holds',
		);
	});

	it('Redeem takes the orders of shops, each with all of its codes', async () => {
		const pool = await pools.pool(['S-1', 'M-1', 'W-1'], { merchant: 'orders' });
		await assigned(pool.id, 'ann@example.com', 'bob', 'zoe');
		const redeemBy = { redeemBy: 'order', options: { merchant: 'orders' } };
		const items = [
			{ json: { headers: {}, body: shopifyOrder(['s-1', 'SHOP10']) as IDataObject } },
			{ json: magentoOrder('M-1') as IDataObject },
			{ json: wooOrder(['w-1'], { status: 'cancelled' }) as IDataObject },
			{ json: shopifyOrder([]) as IDataObject },
		];
		const order = '={{ $json.body ?? $json }}';
		expect(await answers('code', 'redeem', { ...redeemBy, order }, { items })).toMatchObject([
			{
				shop: 'shopify',
				orderId: '5893217321195',
				customer: 'Ann@Example.com',
				redeemed: 1,
				codes: [
					{ code: 'S-1', redeemed: true, recipient: 'ann@example.com' },
					{ code: 'SHOP10', redeemed: false, reason: 'unknown_code' },
				],
			},
			{ shop: 'magento', redeemed: 1, codes: [{ code: 'M-1', first: true }] },
			{ shop: 'woocommerce', redeemed: 0, codes: [{ reason: 'order_cancelled' }] },
			{ shop: 'shopify', redeemed: 0, codes: [] },
		]);
		const strict = { ...redeemBy, order, ifUnknown: 'error' };
		const cancelled = await manage('code', 'redeem', strict, { items: items.slice(2) });
		expect(cancelled.error).toBeUndefined();
	});

	it('Redeem names the item that is no order, and goes on with the others where the node continues', async () => {
		const pool = await pools.pool(['G-1']);
		await assigned(pool.id, 'ann');
		const parameters = {
			resource: 'code',
			operation: 'redeem',
			redeemBy: 'order',
			order: '={{ $json.order }}',
		};
		const items = [
			{ json: { order: '{' } },
			{ json: { order: JSON.stringify(wooOrder(['g-1'])) } },
		];
		const stopped = await manage('', '', parameters, { items });
		expect(stopped.error?.message).toBe("'Order' is not JSON [Item 0]");
		expect(await pools.use(async (coupons) => await coupons.checkThreshold(pool.id))).toMatchObject(
			{ redeemed: 0 },
		);
		const went = await manage('', '', parameters, {
			items,
			steps: [{ node: 'ManageCoupons', parameters, settings: { onError: 'continueErrorOutput' } }],
		});
		expect(went.json('ManageCoupons')).toMatchObject([{ redeemed: 1 }]);
		expect(went.json('ManageCoupons', 1)).toMatchObject([
			{ error: "'Order' is not JSON [Item 0]" },
		]);
	});

	it('Redeem counts an order once, and passes on codes that are not ours', async () => {
		const pool = await pools.pool(['R-1']);
		await assigned(pool.id, 'ann');
		const orders = [
			{ json: { id: 7, code: 'R-1' } },
			{ json: { id: 7, code: 'R-1' } },
			{ json: { id: 8, code: 'SHOP10' } },
		];
		const parameters = { code: '={{ $json.code }}', orderId: '={{ $json.id }}' };
		expect(await answers('code', 'redeem', parameters, { items: orders })).toMatchObject([
			{ redeemed: true, first: true, orderId: '7', recipient: 'ann', pool: pool.name },
			{ redeemed: true, first: false, orderId: '7' },
			{ redeemed: false, reason: 'unknown_code' },
		]);
		const strict = await manage('code', 'redeem', { code: 'SHOP10', ifUnknown: 'error' });
		expect(strict.error?.message).toContain('The code SHOP10 is not a code of these pools');
		const elsewhere = await pools.pool();
		expect(
			await answers('code', 'redeem', { code: 'R-1', pool: locator(elsewhere.id) }),
		).toMatchObject([{ redeemed: false }]);
	});
});

it('Batch: Get Many and Undo show what was added, what stays and what goes', async () => {
	const pool = await pools.pool(someCodes(5));
	await assigned(pool.id, 'ann', 'bob');
	const [batch] = await answers('batch', 'getMany', { pool: locator(pool.id) });
	expect(batch).toMatchObject({ added: 5, available: 3, assigned: 2 });
	expect(
		await answers('batch', 'undo', { pool: locator(pool.id), batchId: batch.id as string }),
	).toMatchObject([{ removedNow: 3, removed: 3, assigned: 2, available: 0 }]);
	expect(
		await answers('batch', 'undo', { pool: locator(pool.id), batchId: locator(String(batch.id)) }),
	).toMatchObject([{ removedNow: 0, removed: 3 }]);
	const unknown = await manage('batch', 'undo', { pool: locator(pool.id), batchId: 'x' });
	expect(unknown.error?.description).toContain('Get Many of Batch');
});

describe('Assignment', () => {
	it('Get Many is filtered by what is chosen', async () => {
		const pool = await pools.pool(someCodes(3));
		await assigned(pool.id, 'ann', 'bob');
		const recipients = async (filters: IDataObject, from: IDataObject = locator(pool.id)) =>
			(await answers('assignment', 'getMany', { pool: from, returnAll: true, filters })).map(
				({ recipient }) => recipient,
			);
		expect(await recipients({})).toEqual(['ann', 'bob']);
		expect(await recipients({ recipient: 'bob' })).toEqual(['bob']);
		expect(await recipients({ campaign: 'other' })).toEqual([]);
		expect(await recipients({ redeemed: 'yes' })).toEqual([]);
		expect(await recipients({ until: '2001-01-01T00:00:00' })).toEqual([]);
		expect(await recipients({ from: '2001-01-01T00:00:00' })).toEqual(['ann', 'bob']);
		const ofAll = await recipients({ campaign: 'cart' }, locator('', 'list'));
		expect(ofAll.length).toBeGreaterThan(2);
	});

	it.each([undefined, null, '', '  '])(
		'Get Many and Export for a person of whom the item says %p is nobody, not everybody',
		async (recipient) => {
			const pool = await pools.pool(['A-1']);
			await assigned(pool.id, 'jane@example.com');
			const parameters = {
				pool: locator(pool.id),
				returnAll: true,
				filters: { recipient: '={{ $json.email }}' },
			};
			for (const operation of ['getMany', 'export']) {
				const run = await manage('assignment', operation, parameters, {
					items: [{ json: { email: recipient } }],
				});
				expect(run.error?.message).toBe("'Recipient' is empty [Item 0]");
			}
		},
	);

	it.each([
		['assignment', 'getMany', { filters: { campaign: '={{ $json.none }}' } }, 'Campaign'],
		['assignment', 'export', { filters: { from: '={{ $json.none }}' } }, 'From'],
		['assignment', 'getMany', { pool: locator('={{ $json.none }}', 'id') }, 'Pool'],
		['recipient', 'find', { pool: locator('={{ $json.none }}', 'name') }, 'Pool'],
		['recipient', 'history', { pool: locator('={{ $json.none }}'), recipient: 'ann' }, 'Pool'],
		['code', 'redeem', { pool: locator('={{ $json.none }}', 'name'), code: 'A' }, 'Pool'],
		['code', 'redeem', { options: { merchant: '={{ $json.none }}' }, code: 'A' }, 'Merchant'],
		['code', 'getMany', { filters: { batchId: '={{ $json.none }}' } }, 'Batch ID'],
		['pool', 'getMany', { filters: { merchant: '={{ $json.none }}' } }, 'Merchant'],
	])(
		'%s %s with the expression %p that finds nothing is not done for all',
		async (resource, operation, parameters: IDataObject, field) => {
			const pool = locator((await pools.pool(['A-1'])).id);
			const own = resource === 'code' && operation === 'getMany' ? { pool } : {};
			const run = await manage(resource, operation, { ...own, ...parameters });
			expect(run.error?.message).toBe(`'${field}' is empty [Item 0]`);
		},
	);

	it('a filter whose expression says that it is empty narrows nothing', async () => {
		const pool = await pools.pool(['A-1'], { merchant: 'narrows' });
		await assigned(pool.id, 'ann');
		const filters = { campaign: "={{ $json.none ?? '' }}" };
		const found = await answers('assignment', 'getMany', { pool: locator(pool.id), filters });
		expect(found).toHaveLength(1);
	});

	it('Export writes a CSV file of any length into the item', async () => {
		await startFiles();
		const pool = await pools.pool(someCodes(1200));
		await assigned(pool.id, ...Array.from({ length: 1200 }, (_, index) => `=p${index}`));
		const run = await manage('assignment', 'export', {
			pool: locator(pool.id),
			options: { fileName: 'usage.csv', byteOrderMark: false },
		});
		const [item] = run.items('ManageCoupons');
		expect(item.json).toMatchObject({ fileName: 'usage.csv' });
		const lines = (await readFile(item.binary?.data)).trim().split('\r\n');
		expect(lines).toHaveLength(1201);
		expect(lines[0]).toMatch(/^external_id,user_id,code,timestamp,/);
		expect(lines[1]).toMatch(/^'=p\d+,'=p\d+,A-\d+,\d{4}-/);
	});
});

describe('Recipient', () => {
	it('Get History, Find and Erase go by the person', async () => {
		const pool = await pools.pool(someCodes(3));
		await assigned(pool.id, 'Zoe@example.com');
		await assigned(pool.id, 'zoe@example.com', 'yan@example.com');
		const recipient = 'ZOE@example.com';
		expect(await answers('recipient', 'history', { recipient })).toMatchObject([
			{ issue: 'initial', code: 'A-1', pool: pool.name },
			{ issue: 'repeat', code: 'A-1' },
		]);
		const found = async (filters: IDataObject) =>
			(await answers('recipient', 'find', { pool: locator(pool.id), filters })).map(
				({ recipient: name }) => name,
			);
		expect(await found({ notRedeemed: true })).toEqual(['yan@example.com', 'zoe@example.com']);
		expect(await found({ atLeast: 2 })).toEqual([]);
		expect(await answers('recipient', 'erase', { recipient })).toMatchObject([{ assignments: 1 }]);
		expect(await found({})).toEqual(['yan@example.com']);
		expect(await answers('recipient', 'history', { recipient })).toEqual([]);
	});
});

it('says which item has no pool, and goes on with the others where the node continues', async () => {
	const pool = await pools.pool(['A-1']);
	const run = await manage(
		'pool',
		'get',
		{},
		{
			items: [{ json: { id: '' } }, { json: { id: pool.id } }],
			steps: [
				{
					node: 'ManageCoupons',
					parameters: { resource: 'pool', operation: 'get', pool: locator('={{ $json.id }}') },
					settings: { onError: 'continueErrorOutput' },
				},
			],
		},
	);
	expect(run.items('ManageCoupons')).toMatchObject([
		{ json: { id: pool.id }, pairedItem: { item: 1 } },
	]);
	expect(run.items('ManageCoupons', 1)).toMatchObject([
		{ json: { error: 'No pool is chosen [Item 0]' }, pairedItem: { item: 0 } },
	]);
});
