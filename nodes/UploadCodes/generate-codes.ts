import type { IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import {
	checkChoice,
	checkFlag,
	SAFE_GUESSES,
	type CodeForm,
	type CouponPools,
	type Pool,
} from '../../lib';
import { lastDayFrom } from '../shared/dates';
import { invalidParameter } from '../shared/errors';
import { numberFrom } from '../shared/numbers';
import { asJson } from '../shared/output-items';
import { standInRequestId } from '../shared/request-ids';
import { refusesOthers } from './reading-options';

/** Adds random codes to the pool, or shows three of them, for one item. */
export async function generateCodes(
	context: IExecuteFunctions,
	coupons: CouponPools,
	pool: Pool,
	itemIndex: number,
): Promise<INodeExecutionData> {
	const form = formOf(context, itemIndex);
	const { id, name, merchant } = pool;
	const pairedItem = [{ item: itemIndex }];
	if (checkFlag(context.getNodeParameter('previewOnly', itemIndex, false), 'Preview Only')) {
		const json = { preview: true, codes: coupons.previewCodes(form), pool: { id, name, merchant } };
		return { json, pairedItem };
	}
	const options = context.getNodeParameter('options', itemIndex, {});
	const count = numberFrom(context.getNodeParameter('count', itemIndex), 'How Many');
	const report = await coupons.generateCodes(id, {
		...form,
		count,
		...expiryOf(context, itemIndex),
		timezone: context.getTimezone(),
		requestId:
			String(options.requestId ?? '') ||
			standInRequestId(context)(itemIndex, 'generate', JSON.stringify([form, count])),
		uniqueAcrossPools: refusesOthers(options),
		onProgress: (made) => context.sendMessageToUI(`Upload Codes: ${made} codes made`),
	});
	return { json: { ...asJson(report), pool: { id, name, merchant } }, pairedItem };
}

function formOf(context: IExecuteFunctions, itemIndex: number): CodeForm {
	const form = context.getNodeParameter('form', itemIndex, {}) as IDataObject;
	return {
		...(form.prefix ? { prefix: String(form.prefix) } : {}),
		...(form.alphabet ? { alphabet: String(form.alphabet) } : {}),
		...(form.length === undefined ? {} : { length: numberFrom(form.length, 'Length') }),
		...(form.dashEvery === undefined
			? {}
			: { dashEvery: numberFrom(form.dashEvery, 'Add a Dash Every') }),
	};
}

function expiryOf(context: IExecuteFunctions, itemIndex: number): { expiresAt?: Date | string } {
	const expiry = context.getNodeParameter('expiry', itemIndex, 'none');
	if (checkChoice(expiry, 'Expiration Date', ['none', 'date']) === 'none') return {};
	const date = lastDayFrom(context.getNodeParameter('expiresAt', itemIndex, ''));
	if (date) return { expiresAt: date };
	throw invalidParameter(
		`The parameter 'Expire On' is empty [Item ${itemIndex}]`,
		'Choose the last day on which the codes are valid, or no expiration date.',
		itemIndex,
	);
}

/** The summary of generated codes in a sentence or two; null for any other report. */
export function generatedSummary(json: IDataObject): string | null {
	const pool = (json.pool as { name: string } | undefined)?.name;
	if (json.preview) {
		return `Nothing was added to ${pool}. Codes of this form: ${(json.codes as string[]).join(', ')}.`;
	}
	if (typeof json.guessesPerCode !== 'number') return null;
	const count = (value: unknown) => Number(value).toLocaleString('en-US');
	if (json.sameFileAs) {
		return `Nothing was added to ${pool}: this request was answered before, with ${count(json.added)} codes. The pool has ${count(json.poolAvailable)} to give.`;
	}
	const risk =
		json.guessesPerCode < SAFE_GUESSES
			? ` Of ${count(json.guessesPerCode)} guesses, one hits a code of the pool: make the codes longer if the shop does not limit how often somebody may try.`
			: '';
	return `${count(json.added)} codes generated for ${pool}. The pool now has ${count(json.poolAvailable)} to give.${risk}`;
}
