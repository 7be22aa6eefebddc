import type { IDataObject, INodeProperties, INodePropertyCollection } from 'n8n-workflow';

import { runWorkflow, STEP_NODES } from '../support/run-workflow';
import { EmbeddedPools, locator } from './embedded-pools';

/** An expression that turns out to be none of the choices, of which n8n knows nothing before it runs. */
const NONSENSE = '={{ $json.nonsense }}';

const file = {
	data: Buffer.from('D\n').toString('base64'),
	mimeType: 'text/plain',
	fileName: 'codes.txt',
};

const pools = new EmbeddedPools();
let pool: ReturnType<typeof locator>;
let madeHere: ReturnType<typeof locator>;
beforeAll(async () => {
	pool = locator((await pools.pool(['A', 'B', 'C'])).id);
	const settings = { name: 'Made here', rule: '', form: { length: 10 } };
	madeHere = locator(
		(await pools.use(async (coupons) => await coupons.createDynamicPool(settings))).id,
	);
}, 60_000);
afterAll(async () => await pools.drop());

type Call = readonly [node: keyof typeof STEP_NODES, parameter: string, others: () => IDataObject];

/** By an expression, every field that a choice may show is shown, and those required must be filled in. */
const created = () => ({ name: 'Never made', rule: '1' });
const shared = () => ({
	name: 'Never made',
	type: 'shared',
	sharedCodes: { codes: [{ code: 'SUMMER', expiry: 'days' }] },
});
const dynamic = () => ({ name: 'Never made', type: 'dynamic', shop: 'local' });
const uploaded = () => ({ pool, source: 'text', text: 'D', expiresAt: '2099-12-31' });
const generated = () => ({ pool, source: 'generate', count: 1, expiresAt: '2099-12-31' });
const assigned = () => ({ pool, recipient: 'jane@example.com' });
const rendered = () => ({
	parts: ['text'],
	text: "{{client.promocode('Pool 1')}}",
	macros: 'assign',
	recipient: 'jane@example.com',
});
const checked = () => ({ which: 'one', pool, options: { threshold: 5 } });
const managed = (resource: string, operation: string, more: IDataObject = {}) => {
	return () => ({ resource, operation, pool, ...more });
};

/** Each number, switch or parameter with choices that takes an expression, in a call that would do something. */
const CALLS: readonly Call[] = [
	['CreatePool', 'type', created],
	['CreatePool', 'ifExists', created],
	['CreatePool', 'sharedCodes.codes.expiry', shared],
	['CreatePool', 'settings.lowStockUnit', created],
	['CreatePool', 'settings.active', created],
	['CreatePool', 'settings.expirationCutoffDays', created],
	['CreatePool', 'settings.lowStockThreshold', created],
	['CreatePool', 'sharedCodes.codes.maxAssignments', shared],
	['CreatePool', 'sharedCodes.codes.expiresAfterDays', shared],
	['CreatePool', 'length', dynamic],
	['CreatePool', 'dashEvery', dynamic],
	['CreatePool', 'keepInStock', dynamic],
	['CreatePool', 'codeOptions.expiresAfterDays', dynamic],
	['CreatePool', 'codeOptions.refillAt', dynamic],
	['UploadCodes', 'expiry', uploaded],
	['UploadCodes', 'expiry', generated],
	['UploadCodes', 'previewOnly', generated],
	['UploadCodes', 'count', generated],
	['UploadCodes', 'form.length', generated],
	['UploadCodes', 'form.dashEvery', generated],
	['UploadCodes', 'options.format', () => ({ pool, source: 'file', expiry: 'none' })],
	['UploadCodes', 'options.header', uploaded],
	['UploadCodes', 'options.invalidRows', uploaded],
	['UploadCodes', 'options.uniqueAcrossPools', uploaded],
	['UploadCodes', 'options.uniqueAcrossPools', generated],
	['UploadCodes', 'options.uniqueAcrossPools', () => ({ ...uploaded(), codesAre: 'given' })],
	['AssignCoupon', 'ifAlreadyAssigned', assigned],
	['AssignCoupon', 'scope', assigned],
	['AssignCoupon', 'whenNoCode', assigned],
	['AssignCoupon', 'options.keepRecipient', assigned],
	['AssignCoupon', 'withinHours', assigned],
	['AssignCoupon', 'options.holdMinutes', assigned],
	['AssignCoupon', 'options.onTheSpotSeconds', () => ({ ...assigned(), pool: madeHere })],
	['RenderMessage', 'missingFields', rendered],
	['RenderMessage', 'options.pictures', rendered],
	['RenderMessage', 'ifAlreadyAssigned', rendered],
	['RenderMessage', 'scope', rendered],
	['RenderMessage', 'options.keepRecipient', rendered],
	['RenderMessage', 'withinHours', rendered],
	['RenderMessage', 'whenNoCode', rendered],
	['CheckThreshold', 'alert', checked],
	['CheckThreshold', 'options.thresholdUnit', checked],
	['CheckThreshold', 'needed', checked],
	['CheckThreshold', 'options.threshold', checked],
	['CheckThreshold', 'options.expiringWithinDays', checked],
	['ManageCoupons', 'filters.redeemed', managed('assignment', 'getMany')],
	['ManageCoupons', 'filters.source', managed('assignment', 'getMany')],
	['ManageCoupons', 'filters.released', managed('assignment', 'getMany')],
	['ManageCoupons', 'returnAll', managed('assignment', 'getMany')],
	['ManageCoupons', 'limit', managed('assignment', 'getMany')],
	['ManageCoupons', 'filters.redeemed', managed('assignment', 'export')],
	['ManageCoupons', 'options.byteOrderMark', managed('assignment', 'export')],
	['ManageCoupons', 'filters.source', managed('assignment', 'export')],
	['ManageCoupons', 'findBy', managed('code', 'confirm', { code: 'A', assignmentId: '1' })],
	['ManageCoupons', 'findBy', managed('code', 'release', { code: 'A', assignmentId: '1' })],
	['ManageCoupons', 'ifUnknown', managed('code', 'redeem', { code: 'A', orderId: '1001' })],
	['ManageCoupons', 'filters.state', managed('code', 'getMany')],
	['ManageCoupons', 'filters.status', managed('pool', 'getMany')],
	['ManageCoupons', 'settings.lowStockUnit', managed('pool', 'update')],
	['ManageCoupons', 'settings.active', managed('pool', 'update')],
	['ManageCoupons', 'options.prove', managed('pool', 'report')],
	['ManageCoupons', 'options.days', managed('pool', 'report')],
	['ManageCoupons', 'settings.expirationCutoffDays', managed('pool', 'update')],
	['ManageCoupons', 'settings.lowStockThreshold', managed('pool', 'update')],
	['ManageCoupons', 'options.target', managed('pool', 'refill')],
	['ManageCoupons', 'options.timeoutMinutes', managed('pool', 'refill')],
	[
		'ManageCoupons',
		'settings.expiresAfterDays',
		managed('sharedCode', 'create', { sharedCode: 'SUMMER' }),
	],
	[
		'ManageCoupons',
		'settings.maxAssignments',
		managed('sharedCode', 'create', { sharedCode: 'SUMMER' }),
	],
	['ManageCoupons', 'filters.notRedeemed', managed('recipient', 'find')],
	['ManageCoupons', 'filters.expiringWithinDays', managed('recipient', 'find')],
	['ManageCoupons', 'filters.atLeast', managed('recipient', 'find')],
	['ManageCoupons', 'filters.atMost', managed('recipient', 'find')],
];

it.each(CALLS)('%s refuses nonsense for %s', async (node, parameter, others) => {
	const run = await runWorkflow({
		steps: [{ node, parameters: withValue(others(), parameter.split('.')) }],
		items: [{ json: { nonsense: 'nonsense' }, binary: { data: file } }],
		credential: pools.credential,
	});
	expect(run.error?.message).toMatch(
		/^[\w\s-]+ cannot be "nonsense"|^'[\w\s()-]+' is "nonsense", not a number/,
	);
	expect(run.error?.description).toMatch(/^Choose one of \w+, \w+|^Give a number, or check/);
});

it('has changed nothing by all of this', async () => {
	const { pools: all } = await pools.use(async (coupons) => await coupons.glanceAtPools());
	expect(all).toMatchObject([
		{ name: 'Made here', total: 0 },
		{ name: 'Pool 1', total: 3, available: 3, assigned: 0, redeemed: 0 },
	]);
});

it.each([
	['false', false],
	[' TRUE ', true],
])('takes the text %j of an expression for what it says', async (text, active) => {
	const run = await runWorkflow({
		steps: [
			{
				node: 'CreatePool',
				parameters: { name: `Active: ${text}`, settings: { active: '={{ $json.active }}' } },
			},
		],
		items: [{ json: { active: text } }],
		credential: pools.credential,
	});
	expect(run.json('CreatePool')).toMatchObject([{ active }]);
});

it('is asked of every such parameter', () => {
	const named = Object.entries(STEP_NODES).flatMap(([node, Node]) =>
		checkedPaths(new Node().description.properties).map((parameter) => `${node} ${parameter}`),
	);
	expect(new Set(CALLS.map(([node, parameter]) => `${node} ${parameter}`))).toEqual(new Set(named));
});

function withValue(parameters: IDataObject, [name, ...path]: string[]): IDataObject {
	const below = parameters[name];
	if (path.length === 0) return { ...parameters, [name]: NONSENSE };
	const rows = (below as IDataObject | undefined)?.[path[0]];
	return {
		...parameters,
		[name]: Array.isArray(rows)
			? { [path[0]]: rows.map((row) => withValue(row as IDataObject, path.slice(1))) }
			: withValue((below ?? {}) as IDataObject, path),
	};
}

/** The paths of parameters with choices that are known before the run, of switches and numbers, that take expressions. */
function checkedPaths(properties: readonly INodeProperties[]): string[] {
	return properties.flatMap(({ name, type, noDataExpression, options = [] }) => {
		switch (type) {
			case 'boolean':
			case 'number':
			case 'options':
				return noDataExpression ? [] : [name];
			case 'collection':
				return checkedPaths(options as INodeProperties[]).map((path) => `${name}.${path}`);
			case 'fixedCollection':
				return (options as INodePropertyCollection[]).flatMap((group) =>
					checkedPaths(group.values).map((path) => `${name}.${group.name}.${path}`),
				);
			default:
				return [];
		}
	});
}
