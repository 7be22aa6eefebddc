import type { IExecuteFunctions, INodeExecutionData, INodeProperties } from 'n8n-workflow';
import type { CouponPools, Pool } from '../../lib';
import { asJson } from '../shared/output-items';

/** One thing that the node does: what its panel asks for, and what it does. */
export type Operation = {
	readonly description: INodeProperties[];
} & (
	| { /** For each input item. */ execute(call: Call): Promise<INodeExecutionData[]> }
	| {
			/** For all of them in one go. */ executeAll(
				calls: readonly Call[],
			): Promise<INodeExecutionData[]>;
	  }
);

/** An operation called for one item. */
export interface Call {
	readonly context: IExecuteFunctions;
	readonly coupons: CouponPools;
	readonly itemIndex: number;
	/** The pool that the locator names. */
	pool(): Promise<Pool>;
}

/** A resource of the node: its operations by their values. */
export interface Resource {
	readonly description: INodeProperties[];
	readonly operations: Readonly<Record<string, Operation>>;
}

/** Shown for these operations of a resource alone. */
export function shownFor(
	resource: string,
	operations: string | readonly string[],
	properties: readonly INodeProperties[],
): INodeProperties[] {
	const operation = typeof operations === 'string' ? [operations] : [...operations];
	return properties.map((property) => ({
		...property,
		displayOptions: {
			...property.displayOptions,
			show: { resource: [resource], operation, ...property.displayOptions?.show },
		},
	}));
}

/** Shows beside the output what is to be thought of; nothing if that is null. */
export function hintAt({ context }: Call, pool: Pick<Pool, 'name'>, warning: string | null): void {
	if (warning === null) return;
	context.addExecutionHints({
		message: `${pool.name}: ${warning}`,
		location: 'outputPane',
		type: 'warning',
	});
}

/** What the library answered, as items that come from the input item. */
export function itemsOf(call: Call, answers: readonly object[]): INodeExecutionData[] {
	return answers.map((answer) => ({
		json: asJson(answer),
		pairedItem: { item: call.itemIndex },
	}));
}
