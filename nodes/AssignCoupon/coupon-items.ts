import type { IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { checkChoice, CouponPoolsError } from '../../lib';
import type { AssignResult, NoCoupon } from '../../lib';
import { combinedReader, parameterReader, type ParameterReader } from '../shared/item-fields';
import { withFields, withValueAt } from '../shared/output-items';

/**
 * Throws if an answer could not be written as the item's parameters say, because a code cannot be saved there or it is
 * unknown what to do without one. To be called before a code is taken.
 */
export function answerCheck(context: IExecuteFunctions): (itemIndex: number) => void {
	const paths = savingPaths(context);
	const whenNoCode = whenNoCodeReader(context);
	return (itemIndex) => {
		for (const path of paths) saved({}, path(itemIndex), null);
		whenNoCode(itemIndex);
	};
}

function whenNoCodeReader(context: IExecuteFunctions): ParameterReader<'output' | 'error'> {
	const read = parameterReader<unknown>(context, 'whenNoCode', 'output');
	return combinedReader([read], (itemIndex) =>
		checkChoice(read(itemIndex), 'When the Pool Has No Code', ['output', 'error']),
	);
}

function savingPaths(context: IExecuteFunctions): Array<ParameterReader<string>> {
	return ['options.saveCodeTo', 'options.saveExpirationDateTo'].map((name) =>
		parameterReader<string>(context, name, ''),
	);
}

/**
 * Writes an answer into the item that asked: its fields, and `coupon`.
 *
 * Throws if there is no code and the node is told to stop then, or if it cannot be saved.
 */
export function couponItemWriter(
	context: IExecuteFunctions,
): (itemIndex: number, result: AssignResult) => INodeExecutionData {
	const items = context.getInputData();
	const whenNoCode = whenNoCodeReader(context);
	const [saveCodeTo, saveExpirationDateTo] = savingPaths(context);
	return (itemIndex, result) => {
		if (result.code === null && whenNoCode(itemIndex) === 'error') throw noCode(result, itemIndex);
		const coupon = couponFields(result);
		const item = withFields(items[itemIndex], itemIndex, { coupon });
		// Null if there is none, so that no code of an earlier step stands there as if it were new.
		item.json = saved(item.json, saveCodeTo(itemIndex), result.code);
		item.json = saved(item.json, saveExpirationDateTo(itemIndex), coupon.expiresAt);
		return item;
	};
}

function saved(json: IDataObject, path: string, value: string | null): IDataObject {
	return path ? withValueAt(json, path, value) : json;
}

/** An answer as an item carries it. */
export function couponFields(result: AssignResult) {
	if (result.code === null) {
		const { reason, message, pool, campaign, recipient } = result;
		return { code: null, expiresAt: null, reason, message, pool, campaign, recipient };
	}
	return {
		code: result.code,
		expiresAt: result.expiresAt && isoTextOf(result.expiresAt),
		pool: result.pool,
		campaign: result.campaign,
		recipient: result.recipient,
		source: result.source,
		issue: result.issue,
		assignedAt: isoTextOf(result.assignedAt),
		...(result.heldUntil !== null && { heldUntil: isoTextOf(result.heldUntil) }),
		assignmentId: result.assignmentId,
	};
}

/** The last two texts, since the answers of one call mostly share their dates of assignment and expiry. */
const isoTexts: Array<{ time: number; text: string }> = [];

function isoTextOf(instant: Date): string {
	const time = instant.getTime();
	const known = isoTexts.find((kept) => kept.time === time);
	if (known) return known.text;
	const text = instant.toISOString();
	isoTexts.unshift({ time, text });
	isoTexts.length = Math.min(isoTexts.length, 2);
	return text;
}

function noCode(result: NoCoupon, itemIndex: number): CouponPoolsError {
	return new CouponPoolsError('code_not_found', `${result.message} [Item ${itemIndex}]`, {
		hint: "Upload codes to the pool or give it a default code. To go on without one, choose the 'No Code' output under 'When the Pool Has No Code'.",
		item: itemIndex,
	});
}
