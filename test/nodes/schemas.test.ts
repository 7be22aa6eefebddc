import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { IDataObject, INodeExecutionData } from 'n8n-workflow';

import { resources } from '../../nodes/ManageCoupons/router';
import { shopifyOrder } from '../lib/assignments/shop-orders';
import { testTrigger } from '../support/run-trigger';
import { runWorkflow, startFiles, type NodeName } from '../support/run-workflow';
import { Shopify } from '../support/shopify';
import { EmbeddedPools, locator, someCodes } from './embedded-pools';
import { people } from './run-assign';

/** What a file of `__schema__` says of a value, as n8n reads it for its panels before a step has run. */
interface Schema {
	type: string | string[];
	properties?: Record<string, Schema>;
	items?: Schema;
}

const NODES = join(__dirname, '../../nodes');

/** What each node, and each operation of Manage Coupons, gave: by the path of its schema, without `.json`. */
const given = new Map<string, IDataObject[]>();

const pools = new EmbeddedPools();
const accessToken = 'token-of-the-test';
let shop: Shopify;

async function run(
	node: NodeName,
	parameters: IDataObject,
	items: INodeExecutionData[] = [{ json: {} }],
): Promise<IDataObject[]> {
	const { resource, operation } = parameters as { resource?: string; operation?: string };
	const finished = await runWorkflow({
		credential: pools.credential,
		shops: {
			couponPoolsShopifyApi: { shopUrl: shop.url, authentication: 'accessToken', accessToken },
		},
		items,
		steps: [{ node, parameters }],
	});
	if (finished.error) throw finished.error;
	const twoOutputs = node === 'AssignCoupon' || node === 'CheckThreshold';
	const answers = [...finished.json(node), ...(twoOutputs ? finished.json(node, 1) : [])];
	note(
		resource === undefined
			? `${node}/__schema__/v1.0.0`
			: `${node}/__schema__/v1.0.0/${resource}/${operation}`,
		answers,
	);
	return answers;
}

function note(path: string, answers: readonly IDataObject[]): void {
	given.set(path, [
		...(given.get(path) ?? []),
		...(JSON.parse(JSON.stringify(answers)) as IDataObject[]),
	]);
}

async function manage(
	resource: string,
	operation: string,
	parameters: IDataObject = {},
	items?: INodeExecutionData[],
): Promise<IDataObject[]> {
	return await run('ManageCoupons', { resource, operation, ...parameters }, items);
}

beforeAll(async () => {
	await startFiles();
	shop = await Shopify.open({ clientId: 'app', clientSecret: accessToken, accessToken });
	await ofTheOtherNodes();
	await ofManageCoupons();
	await ofTheTrigger();
}, 300_000);

afterAll(async () => {
	await shop.close();
	await pools.drop();
});

async function ofTheOtherNodes(): Promise<void> {
	// A discount whose codes can be used again is warned of.
	shop.store.addDiscount('2', { usageLimit: null });
	const settings = { expiresAt: '2035-01-01', lowStockThreshold: 5, notificationEmails: 'a@b.c' };
	const [{ id }] = await run('CreatePool', { name: 'Unique', merchant: 'uk', settings });
	await run('CreatePool', {
		name: 'Dynamic',
		type: 'dynamic',
		shop: 'shopify',
		rule: '2',
		keepInStock: 3,
	});
	const pool = locator(String(id));
	const text = ['GOOD-1', 'GOOD-1', 'GOOD-2', 'not a code'].join('\n');
	for (let time = 0; time < 2; time++) await run('UploadCodes', { pool, source: 'text', text });
	await run('UploadCodes', { pool, source: 'generate', count: 20 });
	await run('UploadCodes', { pool, source: 'generate', count: 20, previewOnly: true });
	await run('UploadCodes', {
		pool,
		source: 'text',
		codesAre: 'given',
		text: 'code,recipient\nOLD-1,zoe@example.com\nOLD-2,',
	});
	const empty = await pools.pool();
	const recipient = '={{ $json.email }}';
	await run('AssignCoupon', { pool, recipient }, people('jane', 'bob'));
	await run('AssignCoupon', { pool, recipient, options: { holdMinutes: 10 } }, people('eve'));
	await run('AssignCoupon', { pool: locator(empty.id), recipient }, people('jane'));
	await run('CheckThreshold', { which: 'all', needed: 5 });
	const message = {
		parts: ['subject', 'html', 'text', 'sms', 'push'],
		macros: 'assign',
		recipient,
		whenNoCode: 'blank',
		subject: `{{client.promocode('Unique')}} {{client.promocode('${empty.name}')}}`,
		html: '<p>{{email}}</p>',
		text: '{{email}}',
		sms: '„{{email}}“',
		pushTitle: '{{email}}',
		pushBody: '{{email}}',
	};
	await run('RenderMessage', message, people('jane'));
}

async function ofManageCoupons(): Promise<void> {
	const { id } = await pools.pool(someCodes(9), {
		merchant: 'uk',
		lowStockThreshold: 2,
		notificationEmails: 'a@b.c',
	});
	const pool = locator(id);
	const other = locator((await pools.pool(someCodes(2, 'B'))).id);
	const recipient = 'jane@example.com';
	const assign = { pool, recipient, campaign: 'cart' };
	await run('AssignCoupon', assign);
	await run('AssignCoupon', {
		...assign,
		recipient: 'bob@example.com',
		options: { holdMinutes: 10 },
	});
	await run('AssignCoupon', { ...assign, recipient: 'eve@example.com' });
	await manage('code', 'confirm', { pool, code: 'A-2' });
	await manage('code', 'redeem', { code: 'A-1', orderId: '7' });
	await manage('code', 'redeem', { code: 'NOT-OURS' });
	await manage('code', 'release', { pool, code: 'A-3' });
	await run('AssignCoupon', { ...assign, recipient: 'ann@example.com' });
	const order = JSON.stringify(shopifyOrder(['A-3', 'NOT-OURS']));
	await manage('code', 'redeem', { redeemBy: 'order', order });
	await manage('code', 'remove', { pool, codes: 'A-8\nA-1' });
	for (const code of ['A-1', 'A-4', 'A-8']) await manage('code', 'get', { pool, code });
	await manage('code', 'getMany', { pool });
	await manage('assignment', 'getMany', { filters: { released: true } });
	await manage('assignment', 'export', { pool });
	await manage('recipient', 'history', { recipient });
	await manage('recipient', 'find', {});
	await manage('batch', 'getMany', { pool });
	const [batch] = await manage('batch', 'getMany', { pool: other });
	await manage('batch', 'undo', { pool: other, batchId: String(batch.id) });

	await manage('pool', 'getMany', {});
	await manage('pool', 'get', { pool });
	await manage('pool', 'report', { pool, options: { prove: true, days: 2 } });
	await manage('pool', 'report', { pool, options: { days: 2 } });
	await manage('pool', 'update', { pool, settings: { description: 'For carts' } });
	await manage('pool', 'whereUsed', { pool });
	await manage('pool', 'archive', { pool });
	await manage('pool', 'restore', { pool });
	await manage('pool', 'forgetUses', { pool });
	await manage('pool', 'delete', { pool: locator((await pools.pool()).id) });
	await manage('recipient', 'erase', { recipient });
	await manage('recipient', 'erase', { recipient });

	const dynamic = locator('Dynamic', 'name');
	await manage('pool', 'refill', { pool: dynamic, shop: 'shopify' });
	const [{ coupon }] = await run('AssignCoupon', { ...assign, pool: dynamic });
	shop.store.use(String((coupon as IDataObject).code));
	await manage('pool', 'reconcile', { pool: dynamic, shop: 'shopify' });

	const shared = locator((await pools.pool([], { type: 'shared' })).id);
	const days = { beginsAt: '2034-01-01', endsAt: '2034-01-31', expiresAt: '2034-02-28' };
	await manage('sharedCode', 'create', {
		pool: shared,
		sharedCode: 'SALE',
		settings: { maxAssignments: 5, ...days },
	});
	await manage('sharedCode', 'create', {
		pool: shared,
		sharedCode: 'MORE',
		settings: { beginsAt: '2034-03-01', expiresAfterDays: 9 },
	});
	await manage('sharedCode', 'getMany', { pool: shared });
	await manage('sharedCode', 'update', {
		pool: shared,
		sharedCode: 'SALE',
		settings: { maxAssignments: 6 },
	});
	await manage('sharedCode', 'delete', { pool: shared, sharedCode: 'SALE' });
}

async function ofTheTrigger(): Promise<void> {
	const events = ['low_stock', 'out_of_stock', 'expired', 'refilled', 'assigned', 'redeemed'];
	const items = await testTrigger({
		credential: pools.credential,
		parameters: { events, which: 'all' },
	});
	note(
		'CouponPoolTrigger/__schema__/v1.0.0',
		items.map(({ json }) => json),
	);
}

/** Nodes that pass their input on say what they add to it. */
const PASSES_ON: Readonly<Record<string, readonly string[]>> = {
	'AssignCoupon/__schema__/v1.0.0': ['email', 'n'],
	'RenderMessage/__schema__/v1.0.0': ['email', 'n'],
};

const schemas = readdirSync(NODES, { recursive: true, encoding: 'utf8' })
	.filter((path) => /__schema__.*\.json$/.test(path))
	.map((path) => path.replaceAll('\\', '/').replace(/\.json$/, ''));

const readSchema = (path: string) =>
	JSON.parse(readFileSync(join(NODES, `${path}.json`), 'utf8')) as Schema;

it('are there for each node, and for each operation of Manage Coupons', () => {
	const operations = Object.entries(resources).flatMap(([resource, { operations: of }]) =>
		Object.keys(of).map((operation) => `ManageCoupons/__schema__/v1.0.0/${resource}/${operation}`),
	);
	const nodes = readdirSync(NODES).filter(
		(name) => /^[A-Z]/.test(name) && name !== 'ManageCoupons',
	);
	expect(schemas.sort()).toEqual(
		[...operations, ...nodes.map((name) => `${name}/__schema__/v1.0.0`)].sort(),
	);
});

it.each(schemas)('%s says what comes out, and nothing else', (path) => {
	const answers = given.get(path) ?? [];
	expect(answers.length).toBeGreaterThan(0);
	const known = PASSES_ON[path] ?? [];
	const own = answers.map((answer) =>
		Object.fromEntries(Object.entries(answer).filter(([name]) => !known.includes(name))),
	);
	const seen = new Set<string>();
	const wrong = own.flatMap((answer) => differences(answer, readSchema(path), '', seen));
	expect([...new Set(wrong)]).toEqual([]);
	// Of a list that is empty here, its elements may be described all the same.
	const unseen = namesIn(readSchema(path), '').filter((name) => !seen.has(name));
	expect(unseen.filter((name) => !name.endsWith('[]'))).toEqual([]);
});

/** What a value has that its schema does not say; notes the names that it has. */
function differences(value: unknown, schema: Schema, at: string, seen: Set<string>): string[] {
	seen.add(at);
	const type = value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value;
	const allowed = [schema.type].flat();
	const isInteger = Number.isInteger(value) && allowed.includes('integer');
	if (!isInteger && !allowed.includes(type))
		return [`${at} is ${type}, not ${String(schema.type)}`];
	if (Array.isArray(value)) {
		const { items } = schema;
		if (!items) return value.length === 0 ? [] : [`${at} has elements`];
		return value.flatMap((element) => differences(element, items, `${at}[]`, seen));
	}
	return Object.entries(value ?? {}).flatMap(([name, inner]) => {
		if (typeof value !== 'object') return [];
		const known = schema.properties?.[name];
		return known
			? differences(inner, known, `${at}.${name}`, seen)
			: [`${at}.${name} is not in the schema`];
	});
}

/** All that a schema names. */
function namesIn({ properties = {}, items }: Schema, at: string): string[] {
	return [
		...(items ? [`${at}[]`, ...namesIn(items, `${at}[]`)] : []),
		...Object.entries(properties).flatMap(([name, inner]) => [
			`${at}.${name}`,
			...namesIn(inner, `${at}.${name}`),
		]),
	];
}
