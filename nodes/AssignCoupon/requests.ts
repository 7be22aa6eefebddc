import type { IExecuteFunctions } from 'n8n-workflow';
import { checkFlag, checkRequest } from '../../lib';
import type {
	AssignOptions,
	AssignRequest,
	CouponPools,
	IfAlreadyAssigned,
	Pool,
	PoolReference,
} from '../../lib';
import { invalidParameter } from '../shared/errors';
import {
	combinedReader,
	mustFind,
	parameterReader,
	type ParameterReader,
} from '../shared/item-fields';
import { numberFrom } from '../shared/numbers';
import { itemIndexes } from '../shared/output-items';
import { poolFinder, poolReferenceReader } from '../shared/pool-locator';
import { standInRequestId } from '../shared/request-ids';
import { answerCheck } from './coupon-items';

/** The items that one call of the library serves: `requests[n]` is that of input item `items[n]`. */
export interface RequestGroup {
	readonly pool: Pool;
	readonly options: AssignOptions;
	readonly items: number[];
	readonly requests: AssignRequest[];
}

/** What each item asks for, grouped; and by item index, why an item cannot be read. */
export async function readRequests(
	context: IExecuteFunctions,
	coupons: CouponPools,
): Promise<{ groups: RequestGroup[]; failures: Map<number, unknown> }> {
	const readPool = poolReferenceReader(context);
	const findPool = poolFinder(coupons);
	const readOptions = optionsReader(context);
	const readRequest = requestReader(context);
	const checkAnswer = answerCheck(context);
	const groups = new Map<string, RequestGroup>();
	const failures = new Map<number, unknown>();
	const findGroup = async (reference: PoolReference, options: AssignOptions) => {
		const pool = await findPool(reference);
		const key = JSON.stringify([pool.id, options]);
		let group = groups.get(key);
		if (!group) groups.set(key, (group = { pool, options, items: [], requests: [] }));
		return group;
	};
	// Mostly, all items share both.
	let last: { reference: PoolReference; options: AssignOptions; group: RequestGroup } | undefined;
	for (const itemIndex of itemIndexes(context)) {
		try {
			const request = readRequest(itemIndex);
			checkAnswer(itemIndex);
			const options = readOptions(itemIndex);
			const reference = readPool(itemIndex);
			if (last?.reference !== reference || last.options !== options) {
				last = { reference, options, group: await findGroup(reference, options) };
			}
			last.group.items.push(itemIndex);
			last.group.requests.push(request);
		} catch (failure) {
			failures.set(itemIndex, failure);
		}
	}
	return { groups: [...groups.values()], failures };
}

/** The re-issue policy that an item asks for. */
export function optionsReader(context: IExecuteFunctions): ParameterReader<AssignOptions> {
	const ifAlreadyAssigned = parameterReader<IfAlreadyAssigned>(
		context,
		'ifAlreadyAssigned',
		'sameWithin',
	);
	const withinHours = parameterReader<unknown>(context, 'withinHours', 24);
	const scope = parameterReader<'campaign' | 'pool'>(context, 'scope', 'campaign');
	const holdMinutes = parameterReader<unknown>(context, 'options.holdMinutes', 0);
	const keepRecipient = parameterReader<unknown>(context, 'options.keepRecipient', false);
	const parts = [ifAlreadyAssigned, withinHours, scope, holdMinutes, keepRecipient];
	return combinedReader(parts, (itemIndex) => {
		const policy = ifAlreadyAssigned(itemIndex);
		const minutes = numberFrom(holdMinutes(itemIndex) || 0, 'Only Reserve for Minutes');
		return {
			ifAlreadyAssigned: policy,
			...(policy === 'sameWithin' && { withinHours: numberFrom(withinHours(itemIndex), 'Hours') }),
			scope: scope(itemIndex),
			...(minutes !== 0 && { holdMinutes: minutes }),
			normalizeRecipient: !checkFlag(keepRecipient(itemIndex) ?? false, 'Keep Recipient as It Is'),
		};
	});
}

/** Recipient, campaign and request of an item. Throws `invalid_input` if they cannot be read. */
export function requestReader(context: IExecuteFunctions): ParameterReader<AssignRequest> {
	const readRecipient = parameterReader<unknown>(context, 'recipient');
	const readCampaign = parameterReader<unknown>(context, 'campaign', '');
	const readRequestId = parameterReader<unknown>(context, 'options.requestId', '');
	const workflowId = context.getWorkflow().id ?? '';
	// An expression that finds nothing would make one campaign of several.
	const mustBeNamed = mustFind(context, 'campaign');
	const standIn = standInRequestId(context);
	return (itemIndex) => {
		const recipient = textFrom(readRecipient(itemIndex), 'Recipient', itemIndex);
		if (!recipient.trim()) throw noRecipient(context, itemIndex);
		const named = textFrom(readCampaign(itemIndex), 'Campaign', itemIndex);
		if (!named.trim() && mustBeNamed) throw noCampaign(context, itemIndex);
		const campaign = named || workflowId;
		const requestId =
			textFrom(readRequestId(itemIndex), 'Request ID', itemIndex) ||
			standIn(itemIndex, campaign, recipient);
		const request = { recipient, campaign, requestId };
		checkRequest(request, { item: itemIndex });
		return request;
	};
}

/** Texts as they are, and numbers, which phone numbers and ids often are, as texts. */
function textFrom(value: unknown, parameter: string, itemIndex: number): string {
	if (value === undefined || value === null) return '';
	if (typeof value === 'string') return value;
	if (typeof value === 'number' || typeof value === 'bigint') return String(value);
	throw invalidParameter(
		`'${parameter}' is ${Array.isArray(value) ? 'a list' : `of type ${typeof value}`}, not a text [Item ${itemIndex}]`,
		`Choose a field of the item that is a text, such as {{ $json.email }}.`,
		itemIndex,
	);
}

function noRecipient(context: IExecuteFunctions, itemIndex: number) {
	return invalidParameter(
		`'Recipient' is empty [Item ${itemIndex}]`,
		`Choose the field that says who gets the code, such as {{ $json.email }}. ${fieldsOf(context, itemIndex)}`,
		itemIndex,
	);
}

function noCampaign(context: IExecuteFunctions, itemIndex: number) {
	return invalidParameter(
		`'Campaign' is empty [Item ${itemIndex}]`,
		`Its expression finds nothing. Choose another field, or leave 'Campaign' itself empty for the ID of this workflow. ${fieldsOf(context, itemIndex)}`,
		itemIndex,
	);
}

function fieldsOf(context: IExecuteFunctions, itemIndex: number): string {
	const fields = Object.keys(context.getInputData()[itemIndex]?.json ?? {}).slice(0, 20);
	return fields.length > 0 ? `The item has: ${fields.join(', ')}.` : 'The item has no fields.';
}
