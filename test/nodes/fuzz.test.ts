import * as fc from 'fast-check';
import type { IDataObject, INodeProperties, INodePropertyOptions } from 'n8n-workflow';

import { fuzz } from '../support/fuzz';
import { runWorkflow, STEP_NODES } from '../support/run-workflow';
import { EmbeddedPools, locator } from './embedded-pools';

const pools = new EmbeddedPools();
let poolId: string;
beforeAll(async () => {
	poolId = (await pools.pool(['A', 'B', 'C'])).id;
}, 60_000);
afterAll(async () => await pools.drop());

/** What an expression may turn out to be, whatever the parameter wants. */
const anything: fc.Arbitrary<unknown> = fc.oneof(
	fc.constantFrom(
		'',
		' ',
		'1',
		'-1',
		'NaN',
		'x',
		'2099-12-31',
		'jane@example.com',
		'A\nB',
		'{{coupon.code}}',
	),
	fc.constantFrom(
		"'; drop table pools; --",
		'a\0b',
		'\ud800',
		'__proto__',
		'={{ $json.nothing.at.all }}',
		'={{ $json }}',
	),
	fc.constantFrom<unknown>(0, 1, -1, 1.5, 1_000_000_000, null, true, false, [], {}, [1, 'a'], {
		a: { b: 1 },
	}),
	fc.string({ maxLength: 10 }),
);

/** What n8n cannot check before the run, and hands to the node as it is. */
const byExpression = anything.map((value) => `={{ ${JSON.stringify(value)} }}`);

/** Mostly what the parameter is for, so that the run gets somewhere; else anything. */
function valueOf(property: INodeProperties): fc.Arbitrary<unknown> {
	const fit = (arbitrary: fc.Arbitrary<unknown>) =>
		fc.oneof({ weight: 20, arbitrary }, { weight: 1, arbitrary: byExpression });
	switch (property.type) {
		case 'options':
			return fit(
				fc.constantFrom(...(property.options as INodePropertyOptions[]).map(({ value }) => value)),
			);
		case 'multiOptions':
			return fit(
				fc.subarray(((property.options ?? []) as INodePropertyOptions[]).map(({ value }) => value)),
			);
		case 'resourceLocator':
			// n8n itself fails where the whole of it is null.
			return fc.oneof(
				{ weight: 3, arbitrary: fc.constant(0).map(() => locator(poolId)) },
				byExpression.map((value) => locator(value, 'id')),
				anything.map((value) => locator(value as string, 'id')),
				anything.map((value) => locator(value as string, 'name')),
			);
		case 'collection':
			// As a whole, it takes no expression.
			return recordOf(property.options as INodeProperties[]);
		case 'boolean':
			return fit(fc.boolean());
		default:
			return fc.oneof(
				// Left empty, what is required is refused by n8n itself.
				{
					weight: 2,
					arbitrary: fc.constant(property.required ? property.default || 'A' : property.default),
				},
				{ weight: 2, arbitrary: anything },
				{ weight: 1, arbitrary: byExpression },
			);
	}
}

function recordOf(properties: readonly INodeProperties[]): fc.Arbitrary<IDataObject> {
	// Several properties of one name are for different operations: any of them will do.
	const named = new Map<string, Array<fc.Arbitrary<unknown>>>();
	for (const property of properties.filter(({ type }) => type !== 'notice')) {
		named.set(property.name, [...(named.get(property.name) ?? []), valueOf(property)]);
	}
	const model = Object.fromEntries([...named].map(([name, values]) => [name, fc.oneof(...values)]));
	return fc.record(model, { requiredKeys: [] }) as fc.Arbitrary<IDataObject>;
}

/** Of a node with resources, mostly what the panel of one of its operations shows. */
function parametersOf(properties: INodeProperties[]): fc.Arbitrary<IDataObject> {
	const panels = properties
		.filter(({ name }) => name === 'operation')
		.flatMap(({ options, displayOptions }) =>
			(options as INodePropertyOptions[]).map(({ value }) => ({
				resource: displayOptions?.show?.resource?.[0] as string,
				operation: value as string,
			})),
		);
	return fc.oneof(
		recordOf(properties),
		...panels.map((panel) =>
			recordOf(properties.filter((property) => isShown(property, panel))).map((parameters) => ({
				...parameters,
				...panel,
			})),
		),
	);
}

function isShown({ displayOptions }: INodeProperties, panel: Record<string, string>): boolean {
	return Object.entries(panel).every(
		([name, value]) => displayOptions?.show?.[name]?.includes(value) ?? true,
	);
}

describe.each(Object.keys(STEP_NODES) as Array<keyof typeof STEP_NODES>)(
	'%s with whatever in its parameters',
	(node) => {
		it('ends with items or with an error of the node that says something', async () => {
			const { properties } = new STEP_NODES[node]().description;
			const property = fc.asyncProperty(parametersOf(properties), async (parameters) => {
				const finished = await runWorkflow({
					steps: [{ node, parameters }],
					items: [{ json: { email: 'jane@example.com' } }, { json: {} }],
					credential: pools.credential,
				}).catch(refusalOfN8n);
				if (finished === undefined) {
					return;
				}
				const { run, error } = finished;
				expect(run.finished ?? run.status).toBeTruthy();
				if (error !== undefined) {
					// A TypeError's message would be the programmer's and not the user's.
					expect(error.name).toMatch(/^(Node|Expression|Workflow)\w*Error$/);
					expect(error.message).not.toMatch(
						/^Cannot |is not a function|not iterable|The database .* says/,
					);
				}
			});
			await fuzz(property, { runs: 100 });
		}, 120_000);
	},
);

/** What n8n itself finds missing never gets to the node. */
function refusalOfN8n(error: Error): undefined {
	if (error.name !== 'WorkflowHasIssuesError') {
		throw error;
	}
}
