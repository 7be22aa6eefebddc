import type { IExecuteFunctions } from 'n8n-workflow';
import type { UploadItem, UploadSource } from '../../lib';
import { fileIn } from '../shared/binary-field';
import { dateFrom } from '../shared/dates';
import { invalidParameter } from '../shared/errors';
import { valueAt } from '../shared/item-fields';

export type CodesSource = 'file' | 'text' | 'items';

/** What is uploaded, for the items that make one upload. A file is never held in memory as a whole. */
export async function codesSource(
	context: IExecuteFunctions,
	source: CodesSource,
	items: readonly number[],
): Promise<{ content: UploadSource; fileName?: string }> {
	if (source === 'file') return await fileOf(context, items[0]);
	if (source === 'text') return { content: textOf(context, items[0]) };
	return { content: codesOf(context, items) };
}

/** The file of an item, as a stream if n8n keeps it on disk. */
export async function fileOf(context: IExecuteFunctions, itemIndex: number) {
	const field = context.getNodeParameter('binaryPropertyName', itemIndex);
	const file = fileIn(context, itemIndex, field);
	if (!file) {
		const { binary = {} } = context.getInputData()[itemIndex];
		throw noFile(itemIndex, String(field), Object.keys(binary));
	}
	const content = file.id
		? await context.helpers.getBinaryStream(file.id)
		: Buffer.from(file.data, 'base64');
	return { content, fileName: file.fileName };
}

function noFile(itemIndex: number, field: string, files: string[]) {
	return invalidParameter(
		`There is no file in the field '${field}' [Item ${itemIndex}]`,
		files.length > 0
			? `The item has files in: ${files.join(', ')}. Enter one of these as 'Input Data Field Name'.`
			: 'The item has no file at all. Connect a step that passes one on, such as a form, or choose another source of the codes.',
		itemIndex,
	);
}

/** The text that was entered, or a list as lines. */
export function textOf(context: IExecuteFunctions, itemIndex: number): string {
	const text: unknown = context.getNodeParameter('text', itemIndex, '');
	// An expression may give a list of codes.
	return Array.isArray(text) ? text.join('\n') : String(text ?? '');
}

function noCodeField(field: string, fields: readonly string[], itemIndex: number) {
	return invalidParameter(
		`No item has the field '${field}' for the code`,
		fields.length > 0
			? `The items have: ${fields.join(', ')}. Enter one of these as 'Code Field'.`
			: 'The items have no fields at all. Connect a step that passes codes on, or choose another source of the codes.',
		itemIndex,
	);
}

/**
 * Values stay as they are in the JSON: in a number, the library can see whether it has lost digits, in its text it
 * cannot.
 */
function* codesOf(context: IExecuteFunctions, items: readonly number[]): Generator<UploadItem> {
	const input = context.getInputData();
	const codeField = String(context.getNodeParameter('codeField', items[0], 'code'));
	const withExpiry = context.getNodeParameter('expiry', items[0], 'none') === 'column';
	const expiryField = withExpiry
		? String(context.getNodeParameter('expiryField', items[0], 'expiresAt'))
		: '';
	if (!items.some((itemIndex) => valueAt(input[itemIndex].json, codeField) !== undefined)) {
		throw noCodeField(codeField, Object.keys(input[items[0]].json).slice(0, 20), items[0]);
	}
	for (const itemIndex of items) {
		const { json } = input[itemIndex];
		const code = (valueAt(json, codeField) ?? '') as UploadItem['code'];
		yield withExpiry
			? { code, expiresAt: dateFrom(valueAt(json, expiryField)) ?? undefined }
			: { code };
	}
}
