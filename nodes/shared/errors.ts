import type {
	IExecuteFunctions,
	ILoadOptionsFunctions,
	INode,
	INodeExecutionData,
} from 'n8n-workflow';
import { NodeOperationError } from 'n8n-workflow';
import { CouponPoolsError } from '../../lib';
import { isRunForAgent } from './tool-runs';

/** The failure as n8n shows it: what happened as the title, what to do below it. */
export function asNodeError(node: INode, failure: unknown, itemIndex?: number): NodeOperationError {
	if (failure instanceof NodeOperationError) return failure;
	const error = failure instanceof Error ? failure : new Error(String(failure));
	const isOurs = error instanceof CouponPoolsError;
	// An agent is told the title alone.
	const isTool = isRunForAgent(node);
	const nodeError = new NodeOperationError(node, error, {
		...(isOurs && error.hint && !isTool && { description: error.hint }),
		...(itemIndex !== undefined && { itemIndex }),
		// Ours hold a whole sentence for the user: there is nothing to report to n8n's developers.
		level: isOurs ? 'warning' : 'error',
	});
	// n8n replaces a text that names a network failure with a shorter one of its own.
	if (isOurs) nodeError.message = isTool ? asOneText(error) : error.message;
	return nodeError;
}

/** For a parameter that is not what it should be: what, where, and what to do. */
export function invalidParameter(message: string, hint: string, item?: number): CouponPoolsError {
	return new CouponPoolsError('invalid_input', message, { hint, item });
}

/**
 * The item that stands for a failed one, if the node goes on in spite of failures.
 *
 * It has no other fields than these: only such items go to the error output, and n8n adds the fields of the input item
 * there by itself.
 */
export function failedItem(failure: unknown, itemIndex: number): INodeExecutionData {
	const error = failure instanceof Error ? failure : new Error(String(failure));
	const details = hintOf(error);
	return {
		json: { error: error.message, ...(details && { details }) },
		pairedItem: { item: itemIndex },
	};
}

/** For whoever is shown one text only (lists, credential tests, agents): what happened, and what to do, as sentences. */
export function asOneText(failure: unknown): string {
	const error = failure instanceof Error ? failure : new Error(String(failure));
	const hint = hintOf(error);
	if (!hint) return error.message;
	return `${error.message}${/[.!?]$/.test(error.message) ? '' : '.'} ${hint}`;
}

/**
 * Runs the body of a node. What it throws reaches n8n with its hint and, where known, its item.
 *
 * A node that is set to continue answers with a failed item for each input item. If it were left to n8n, the input
 * items would leave by the first output as if all were well, and become messages without a code.
 */
export async function runNode(
	context: IExecuteFunctions,
	work: () => Promise<INodeExecutionData[][]>,
): Promise<INodeExecutionData[][]> {
	try {
		return await work();
	} catch (failure) {
		if (!context.continueOnFail()) throw asNodeError(context.getNode(), failure, itemOf(failure));
		return [context.getInputData().map((_, itemIndex) => failedItem(failure, itemIndex)), []];
	}
}

/** Loads a list for the editor, which shows the text of any error thrown. */
export async function loadList<Result>(
	context: ILoadOptionsFunctions,
	work: () => Promise<Result>,
): Promise<Result> {
	try {
		return await work();
	} catch (failure) {
		const error = asNodeError(context.getNode(), failure);
		error.message = asOneText(failure);
		throw error;
	}
}

/**
 * Runs `work` for each item in turn. A failure stops the node, or becomes that item's result if the node is set to
 * continue.
 */
export async function forEachItem(
	context: IExecuteFunctions,
	indexes: Iterable<number>,
	work: (itemIndex: number) => Promise<INodeExecutionData[]>,
): Promise<INodeExecutionData[]> {
	const out: INodeExecutionData[] = [];
	for (const itemIndex of indexes) {
		try {
			for (const item of await work(itemIndex)) out.push(item);
		} catch (failure) {
			if (!context.continueOnFail()) throw asNodeError(context.getNode(), failure, itemIndex);
			out.push(failedItem(failure, itemIndex));
		}
	}
	return out;
}

function itemOf(failure: unknown): number | undefined {
	return failure instanceof CouponPoolsError ? failure.item : undefined;
}

function hintOf(error: Error): string {
	if (error instanceof CouponPoolsError) return error.hint;
	return error instanceof NodeOperationError ? (error.description ?? '') : '';
}
