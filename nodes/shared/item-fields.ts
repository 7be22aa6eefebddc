import type { IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { isToolRun } from './tool-runs';

/** What a parameter is for one item; the index counts the node's input items from 0. */
export type ParameterReader<Value> = (itemIndex: number) => Value;

/** Keys of a path below `$json`, outermost first. */
type FieldPath = readonly string[];

/**
 * A reader for a parameter that may be an expression.
 *
 * n8n's expression engine takes 0.4 to 1.7 ms per evaluation (n8n 2.41, 5,000 items, on two machines), which for
 * 100,000 items is a minute or three. So what has no expression is read once, and a plain field of the item
 * (`={{ $json.email }}`, `={{ $json["e-mail"] }}`, `={{ $json.customer.email }}`) is looked up in the item. Everything
 * else goes to the engine, item by item. The values are the same in every case.
 */
export function parameterReader<Value>(
	context: IExecuteFunctions,
	name: string,
	fallback?: Value,
): ParameterReader<Value> {
	const engine = (itemIndex: number) =>
		context.getNodeParameter(name, itemIndex, fallback) as Value;
	const raw = rawValue(context, name, fallback);
	if (!hasExpression(raw)) return readOnce(engine);

	const path = typeof raw === 'string' ? plainFieldPath(raw) : undefined;
	// In a tool, $json is the agent's item, and the input data are the arguments that the model chose.
	if (!path || isToolRun(context)) return engine;

	const items = context.getInputData();
	return (itemIndex) => {
		const field = lookUp(items[itemIndex], path);
		return field.known ? (field.value as Value) : engine(itemIndex);
	};
}

/** As it was entered, with its expression unread. */
function rawValue(context: IExecuteFunctions, name: string, fallback?: unknown): unknown {
	return context.getNodeParameter(name, 0, fallback, { rawExpressions: true });
}

/**
 * Whether it is an error if a parameter has no value for an item: it was not left empty, but its expression finds
 * nothing. A model may leave out what is left to it.
 */
export function mustFind(context: IExecuteFunctions, name: string): boolean {
	return hasExpression(rawValue(context, name, '')) && !isLeftToModel(context, name);
}

/** Whether an AI agent's model fills in a parameter. */
export function isLeftToModel(context: IExecuteFunctions, name: string): boolean {
	return /\$fromAI\s*\(/i.test(JSON.stringify(rawValue(context, name, '')));
}

/** Readers whose value is the same for every item. */
const constants = new WeakSet<ParameterReader<unknown>>();

function readOnce<Value>(read: ParameterReader<Value>): ParameterReader<Value> {
	let value: { read: Value } | undefined;
	const reader = (itemIndex: number) => (value ??= { read: read(itemIndex) }).read;
	constants.add(reader);
	return reader;
}

/** A reader that makes one value of several. If these are the same for every item, all items share the one object. */
export function combinedReader<Value>(
	parts: ReadonlyArray<ParameterReader<unknown>>,
	combine: ParameterReader<Value>,
): ParameterReader<Value> {
	return parts.every((part) => constants.has(part)) ? readOnce(combine) : combine;
}

function hasExpression(raw: unknown): boolean {
	if (typeof raw === 'string') return raw.startsWith('=');
	if (typeof raw !== 'object' || raw === null) return false;
	return Object.values(raw).some(hasExpression);
}

const PLAIN_FIELD = /^=\{\{\s*\$json((?:\.[A-Za-z_]\w*|\[(?:"[^"\\\]]*"|'[^'\\\]]*')\])+)\s*\}\}$/;
const PATH_STEP = /\.([A-Za-z_]\w*)|\[["']([^"']*)["']\]/g;

/** The path of an expression that is nothing but a field of the item. */
export function plainFieldPath(expression: string): FieldPath | undefined {
	const steps = PLAIN_FIELD.exec(expression)?.[1];
	if (!steps) return undefined;
	return [...steps.matchAll(PATH_STEP)].map(([, name, quoted]) => name ?? quoted);
}

/**
 * The value at the path. Not `known` if the engine has an answer of its own: for what objects, lists and texts inherit
 * (`length`, `toString`, `constructor`), which it extends or forbids.
 */
function lookUp(
	item: INodeExecutionData,
	path: FieldPath,
): { known: true; value: unknown } | { known: false } {
	let value: unknown = item.json;
	for (const key of path) {
		if (value === undefined || value === null) return { known: true, value: undefined };
		if (typeof value !== 'object' || Array.isArray(value)) return { known: false };
		if (!Object.hasOwn(value, key) && key in value) return { known: false };
		value = (value as Record<string, unknown>)[key];
	}
	return { known: true, value };
}

/** The value of an item's field, given by its name or a path such as `customer.code`. */
export function valueAt(json: IDataObject, path: string): unknown {
	if (Object.hasOwn(json, path)) return json[path];
	let value: unknown = json;
	for (const key of path.split('.')) {
		if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
		value = (value as IDataObject)[key];
	}
	return value;
}
