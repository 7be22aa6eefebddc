import type { IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { invalidParameter } from './errors';
import { isToolRun } from './tool-runs';

/** A value of the library as an item carries it: plain data, instants as ISO 8601 texts in UTC. */
export function asJson(value: object): IDataObject {
	return JSON.parse(JSON.stringify(value)) as IDataObject;
}

/** The input item with further fields; the input item itself stays as it is. */
export function withFields(
	item: INodeExecutionData,
	itemIndex: number,
	fields: IDataObject,
): INodeExecutionData {
	return {
		json: merged(item.json, fields),
		pairedItem: { item: itemIndex },
		...(item.binary && { binary: item.binary }),
	};
}

/** Does what spreading both does, in a third of the time: for 100,000 items, 30 ms instead of 100. */
function merged(json: IDataObject, fields: IDataObject): IDataObject {
	// Assigning this one key would set the object's prototype.
	return Object.hasOwn(json, '__proto__')
		? { ...json, ...fields }
		: Object.assign({}, json, fields);
}

const FORBIDDEN_KEYS = new Set(['__proto__', 'constructor', 'prototype']);

/**
 * `json` with `value` at a path such as `customer.code`. Only the objects on the way are copied.
 *
 * Throws `invalid_input` if the path is not one.
 */
export function withValueAt(
	json: IDataObject,
	path: string,
	value: IDataObject | string | null,
): IDataObject {
	// An expression may make a number of it.
	const [key, ...rest] = String(path).split('.');
	if (!key || FORBIDDEN_KEYS.has(key)) {
		throw invalidParameter(
			`A value cannot be saved to '${path}'`,
			'Give the name of a field, such as code, or a path to it, such as customer.code.',
		);
	}
	if (rest.length === 0) return { ...json, [key]: value };
	const inner = Object.hasOwn(json, key) ? json[key] : undefined;
	const isObject = typeof inner === 'object' && inner !== null && !Array.isArray(inner);
	return {
		...json,
		[key]: withValueAt(isObject ? (inner as IDataObject) : {}, rest.join('.'), value),
	};
}

/** An agent is shown only the first output of its tool, so everything goes there. */
export function outputsFor(
	context: IExecuteFunctions,
	first: INodeExecutionData[],
	second: INodeExecutionData[],
): INodeExecutionData[][] {
	return isToolRun(context) ? [first.concat(second), []] : [first, second];
}

/** Indexes of the input items, 0 to n - 1. */
export function itemIndexes(context: IExecuteFunctions): number[] {
	return context.getInputData().map((_, index) => index);
}
