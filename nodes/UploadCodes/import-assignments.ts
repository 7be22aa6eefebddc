import type { IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import type { CouponPools, ImportItem, ImportOptions, ImportReport, Pool } from '../../lib';
import { dateFrom } from '../shared/dates';
import { valueAt } from '../shared/item-fields';
import { asJson } from '../shared/output-items';
import { fileOf, textOf, type CodesSource } from './codes-source';
import { firstInvalid } from './first-invalid';
import { column, readingOptions, refusesOthers } from './reading-options';

/** Stores codes that were given elsewhere, from the items that make one import. */
export async function importAssignments(
	context: IExecuteFunctions,
	coupons: CouponPools,
	pool: Pool,
	source: CodesSource,
	items: readonly number[],
): Promise<INodeExecutionData> {
	const columns = columnsOf(context, items[0]);
	const { content, fileName } = await givenSource(context, source, items, columns);
	const settings = context.getNodeParameter('options', items[0], {});
	const report = await coupons.importAssignments(pool.id, content, {
		...readingOptions(context, settings),
		...(fileName && { fileName }),
		columns: Object.fromEntries(
			Object.entries({ ...columns, code: settings.codeColumn })
				.filter(([, where]) => where)
				.map(([field, where]) => [field, column(where)]),
		),
		...(settings.campaign ? { campaign: String(settings.campaign) } : {}),
		uniqueAcrossPools: refusesOthers(settings),
		dateFormat: String(context.getNodeParameter('dateFormat', items[0], '')),
		onProgress: (rows) => context.sendMessageToUI(`Upload Codes: ${rows} assignments read`),
	} satisfies ImportOptions);
	const { id, name, merchant } = pool;
	return {
		json: { ...asJson(report), pool: { id, name, merchant } },
		pairedItem: items.map((item) => ({ item })),
	};
}

function columnsOf(context: IExecuteFunctions, itemIndex: number): IDataObject {
	return context.getNodeParameter('columns', itemIndex, {}) as IDataObject;
}

async function givenSource(
	context: IExecuteFunctions,
	source: CodesSource,
	items: readonly number[],
	columns: IDataObject,
) {
	if (source === 'file') return await fileOf(context, items[0]);
	if (source === 'text') return { content: textOf(context, items[0]), fileName: undefined };
	return { content: givenItems(context, items, columns), fileName: undefined };
}

function* givenItems(
	context: IExecuteFunctions,
	items: readonly number[],
	columns: IDataObject,
): Generator<ImportItem> {
	const input = context.getInputData();
	const codeField = String(context.getNodeParameter('codeField', items[0], 'code'));
	for (const itemIndex of items) {
		const { json } = input[itemIndex];
		const value = (field: string) => valueAt(json, String(columns[field] || field));
		const text = (field: string) => String(value(field) ?? '');
		yield {
			// As it is, so that it shows whether a number has lost digits.
			code: (valueAt(json, codeField) ?? '') as ImportItem['code'],
			recipient: text('recipient'),
			campaign: text('campaign'),
			assignedAt: dateFrom(value('assignedAt')),
			expiresAt: dateFrom(value('expiresAt')),
			redeemedAt: dateFrom(value('redeemedAt')),
			source: text('source'),
			releasedAt: dateFrom(value('releasedAt')),
		};
	}
}

/** The summary of an import in a sentence; null for any other report. */
export function importedSummary(json: IDataObject): string | null {
	if (typeof json.fromStock !== 'number') return null;
	const report = json as unknown as ImportReport & { pool: { name: string } };
	const count = (value: number) => value.toLocaleString('en-US');
	const parts = [`${count(report.added + report.fromStock)} stored as assigned`];
	if (report.fromStock) parts.push(`${count(report.fromStock)} of them from its stock`);
	if (report.duplicatesInFile) parts.push(`${count(report.duplicatesInFile)} twice in the upload`);
	if (report.alreadyAssigned) parts.push(`${count(report.alreadyAssigned)} known already`);
	if (report.invalid) parts.push(`${count(report.invalid)} invalid`);
	const same = report.sameFileAs ? ' The very same content was uploaded before.' : '';
	return `${count(report.received)} given codes received for ${report.pool.name}: ${parts.join(', ')}.${firstInvalid(report)}${same}`;
}
