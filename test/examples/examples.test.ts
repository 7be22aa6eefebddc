import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
	isINodeProperties,
	type IConnections,
	type INode,
	type INodeProperties,
	type INodeType,
} from 'n8n-workflow';

import { workflowFiles } from '../../demo/examples.js';

const root = join(__dirname, '..', '..');
const folder = join(root, 'examples');

interface Example {
	readonly id: string;
	readonly name: string;
	readonly nodes: INode[];
	readonly connections: IConnections;
	readonly active?: boolean;
}

const examples: Array<[string, Example]> = readdirSync(folder)
	.filter((file) => file.endsWith('.json'))
	.map((file): [string, Example] => [file, JSON.parse(readFileSync(join(folder, file), 'utf8'))])
	.filter(([, content]) => 'nodes' in content);

const ours = new Map<string, INodeType>(
	(JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).n8n.nodes as string[]).map(
		(path) => {
			const [, nodes, name] = path.split('/');
			// The nodes are whatever package.json names.
			// eslint-disable-next-line @typescript-eslint/no-require-imports
			const classes = require(join(root, nodes, name, `${name}.node`)) as Record<
				string,
				new () => INodeType
			>;
			const node = new classes[name]();
			return [`n8n-nodes-coupon-pools.${node.description.name}`, node];
		},
	),
);

describe.each(examples)('%s', (_, { nodes, connections, ...workflow }) => {
	it('sets only parameters that its coupon steps have, to values that they take', () => {
		for (const { name, type, parameters } of nodes.filter((node) => isOurs(node))) {
			const properties = ours.get(type)?.description.properties;
			expect([name, wrong(parameters, properties ?? [])]).toEqual([name, []]);
		}
	});

	it('brings no credential along, and is not switched on', () => {
		expect(nodes.filter(({ credentials }) => credentials)).toEqual([]);
		expect(workflow.active ?? false).toBe(false);
	});

	it('connects steps that it has, each reached from a trigger', () => {
		const names = new Set(nodes.map(({ name }) => name));
		const reached = new Set<string>();
		for (const [from, { main }] of Object.entries(connections)) {
			expect(names).toContain(from);
			for (const link of main.flat()) reached.add(link?.node ?? '');
		}
		const alone = nodes.filter(
			({ name, type }) => !reached.has(name) && !/Trigger|webhook|stickyNote/i.test(type),
		);
		expect([...reached].filter((name) => !names.has(name))).toEqual([]);
		expect(alone.map(({ name }) => name)).toEqual([]);
	});

	it('says on notes what it does and what to change', () => {
		const notes = nodes.filter(({ type }) => type.endsWith('.stickyNote'));
		expect(notes.length).toBeGreaterThan(1);
		for (const { parameters } of notes) expect(String(parameters.content)).toMatch(/^## \S/);
	});

	it('has nothing that covers something else on the canvas', () => {
		const covered = nodes.flatMap((one, index) =>
			nodes
				.slice(index + 1)
				.filter((other) => overlap(one, other))
				.map(({ name }) => [one.name, name]),
		);
		expect(covered).toEqual([]);
	});
});

describe('All examples together', () => {
	const all = examples.map(([, example]) => example);

	it('have an id, a name and webhooks of their own, so that all can be imported into one n8n', () => {
		const nodes = all.flatMap((example) => example.nodes);
		const ids = [
			all.map(({ id }) => id),
			all.map(({ name }) => name),
			nodes.map(({ id }) => id),
			nodes.flatMap(({ webhookId }) => webhookId ?? []),
			nodes
				.filter(({ type }) => type.endsWith('.webhook'))
				.map(
					({ parameters }) =>
						`${String(parameters.httpMethod ?? 'GET')} ${String(parameters.path)}`,
				),
		];
		for (const values of ids) expect(values).toEqual([...new Set(values)]);
	});

	it('are listed, by their names', () => {
		const list = readFileSync(join(folder, 'README.md'), 'utf8');
		for (const [file, { name }] of examples) expect(list).toContain(`| [${name}](${file}) |`);
	});

	it('are each run by a test, which names its file, or by the start that the tests make', () => {
		const tests = readdirSync(join(root, 'test'), { recursive: true, encoding: 'utf8' })
			.filter((path) => /\.(test|e2e)\.ts$/.test(path) && !path.endsWith('examples.test.ts'))
			.map((path) => readFileSync(join(root, 'test', path), 'utf8'))
			.join('\n');
		const notRun = examples
			.map(([file]) => file)
			.filter((file) => !tests.includes(`'${file}'`) && !workflowFiles.includes(file));
		expect(notRun).toEqual([]);
	});

	it('name nobody who exists', () => {
		const text = JSON.stringify(all);
		const hosts = [...text.matchAll(/(?:https?:\/\/|@)([\w.-]+\.\w+)/g)].map(([, host]) => host);
		// Shopify's admin has one address for all shops.
		const real = hosts.filter((host) => !/(^|\.)example(\.\w+)?$|^admin\.shopify\.com$/.test(host));
		expect(real).toEqual([]);
	});
});

function isOurs({ type }: INode): boolean {
	return type.startsWith('n8n-nodes-coupon-pools.');
}

/** Names of parameters that there are not, and values that their lists do not have. */
function wrong(parameters: object, properties: readonly unknown[]): string[] {
	return Object.entries(parameters).flatMap(([name, value]) => {
		const named = properties
			.filter((property): property is INodeProperties =>
				isINodeProperties(property as INodeProperties),
			)
			.filter((property) => property.name === name);
		if (named.length === 0) return [name];
		if (named.some((property) => takes(property, value))) return [];
		return [`${name}: ${JSON.stringify(value)}`];
	});
}

function takes({ type, options = [] }: INodeProperties, value: unknown): boolean {
	if (typeof value === 'string' && value.startsWith('=')) return true;
	const values = options.flatMap((option) => ('value' in option ? [option.value] : []));
	if (type === 'options') return values.includes(value as string);
	if (type === 'multiOptions') return (value as string[]).every((one) => values.includes(one));
	if (type === 'collection') return wrong(value as object, options).length === 0;
	return true;
}

/** n8n draws a step 96 by 96, with its name below. */
function box({ type, position: [x, y], parameters }: INode) {
	const isNote = type.endsWith('.stickyNote');
	return {
		left: x,
		top: y,
		right: x + (isNote ? Number(parameters.width) : 96),
		bottom: y + (isNote ? Number(parameters.height) : 130),
	};
}

function overlap(one: INode, other: INode): boolean {
	const [a, b] = [box(one), box(other)];
	return a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
}
