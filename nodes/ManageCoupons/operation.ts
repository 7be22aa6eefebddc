import type { IExecuteFunctions, INodeExecutionData, INodeProperties } from 'n8n-workflow';
import type { CouponPools, Pool } from '../../lib';
import { asJson } from '../shared/output-items';

/** One thing that the node does: what its panel asks for, and how it is done. */
export type Operation = {
	readonly description: INodeProperties[];
} & (
	| { /** For each input item. */ execute(call: Call): Promise<INodeExecutionData[]> }
	| {
			/** For all items in one go. */ executeAll(
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

/** The fields, shown only for these operations of a resource. */
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

/** Shows a warning next to the output, if there is one. */
export function hintAt({ context }: Call, pool: Pick<Pool, 'name'>, warning: string | null): void {
	if (warning === null) return;
	context.addExecutionHints({
		message: `${pool.name}: ${warning}`,
		location: 'outputPane',
		type: 'warning',
	});
}

/** The answers of the library, as items that come from the input item. */
export function itemsOf(call: Call, answers: readonly object[]): INodeExecutionData[] {
	return answers.map((answer) => ({
		json: asJson(answer),
		pairedItem: { item: call.itemIndex },
	}));
}
