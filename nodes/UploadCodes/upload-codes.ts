import type { IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import type { CouponPools, Pool, UploadOptions, UploadReport } from '../../lib';
import { withPoolsOfNode } from '../shared/database-credential';
import { lastDayFrom } from '../shared/dates';
import { asNodeError, failedItem, forEachItem, runNode } from '../shared/errors';
import { asJson, itemIndexes } from '../shared/output-items';
import { poolFinder, poolReferenceReader } from '../shared/pool-locator';
import { poolsNamedIn, recordUses } from '../shared/uses';
import { codesSource, type CodesSource } from './codes-source';
import { firstInvalid } from './first-invalid';
import { generateCodes, generatedSummary } from './generate-codes';
import { importAssignments, importedSummary } from './import-assignments';
import { column, readingOptions, refusesOthers } from './reading-options';

/** More would push the reports themselves out of sight. */
const MOST_HINTS = 5;

/** One upload or generation for each item; or, from items, one upload for each pool. Each returns its report. */
export async function uploadCodes(context: IExecuteFunctions): Promise<INodeExecutionData[][]> {
	return await runNode(context, async () => {
		return await withPoolsOfNode(context, async (coupons) => {
			const source = context.getNodeParameter('source', 0) as CodesSource | 'generate';
			const reports =
				source === 'items'
					? await uploadItems(context, coupons)
					: await uploadEachItem(context, coupons, source);
			for (const message of reports.flatMap(summary).slice(0, MOST_HINTS)) {
				context.addExecutionHints({ message, location: 'outputPane' });
			}
			recordUses(context, coupons, 'Upload Codes', poolsNamedIn(reports));
			return [reports];
		});
	});
}

async function uploadEachItem(
	context: IExecuteFunctions,
	coupons: CouponPools,
	source: CodesSource | 'generate',
): Promise<INodeExecutionData[]> {
	const reference = poolReferenceReader(context);
	const findPool = poolFinder(coupons);
	return await forEachItem(context, itemIndexes(context), async (itemIndex) => {
		const pool = await findPool(reference(itemIndex));
		return [
			source === 'generate'
				? await generateCodes(context, coupons, pool, itemIndex)
				: await upload(context, coupons, pool, source, [itemIndex]),
		];
	});
}

async function uploadItems(
	context: IExecuteFunctions,
	coupons: CouponPools,
): Promise<INodeExecutionData[]> {
	const reference = poolReferenceReader(context);
	const findPool = poolFinder(coupons);
	const uploads = new Map<string, { pool: Pool; items: number[] }>();
	const failed = await forEachItem(context, itemIndexes(context), async (itemIndex) => {
		const pool = await findPool(reference(itemIndex));
		const known = uploads.get(pool.id);
		if (known) known.items.push(itemIndex);
		else uploads.set(pool.id, { pool, items: [itemIndex] });
		return [];
	});
	const reports: INodeExecutionData[] = [];
	for (const { pool, items } of uploads.values()) {
		try {
			reports.push(await upload(context, coupons, pool, 'items', items));
		} catch (failure) {
			if (!context.continueOnFail()) throw asNodeError(context.getNode(), failure, items[0]);
			for (const itemIndex of items) failed.push(failedItem(failure, itemIndex));
		}
	}
	return failed.concat(reports);
}

async function upload(
	context: IExecuteFunctions,
	coupons: CouponPools,
	pool: Pool,
	source: CodesSource,
	items: readonly number[],
): Promise<INodeExecutionData> {
	if (context.getNodeParameter('codesAre', items[0], 'new') === 'given') {
		return await importAssignments(context, coupons, pool, source, items);
	}
	const { content, fileName } = await codesSource(context, source, items);
	const report = await coupons.uploadCodes(pool.id, content, {
		...uploadOptions(context, items[0], source),
		...(fileName && { fileName }),
	});
	const { id, name, merchant } = pool;
	return {
		json: { ...asJson(report), pool: { id, name, merchant } },
		pairedItem: items.map((item) => ({ item })),
	};
}

function uploadOptions(
	context: IExecuteFunctions,
	itemIndex: number,
	source: CodesSource,
): UploadOptions {
	const read = (name: string, fallback: unknown = '') =>
		context.getNodeParameter(name, itemIndex, fallback as string) as unknown;
	const options = read('options', {}) as IDataObject;
	const expiry = read('expiry', 'none') as UploadOptions['expiry'];
	const expiryColumn = source === 'items' ? '' : read('expiryColumn');
	return {
		expiry,
		...(expiry === 'date' && { expiresAt: lastDayFrom(read('expiresAt')) ?? '' }),
		...(expiry === 'column' && {
			...(expiryColumn ? { expiryColumn: column(expiryColumn) } : {}),
			...(read('expiryFormat') ? { expiryFormat: String(read('expiryFormat')) } : {}),
		}),
		...readingOptions(context, options),
		...(options.codeColumn ? { codeColumn: column(options.codeColumn) } : {}),
		uniqueAcrossPools: refusesOthers(options),
		onProgress: (rowsRead) => context.sendMessageToUI(`Upload Codes: ${rowsRead} codes read`),
	};
}

/** A report as a sentence, e.g. "10,000 codes received for SCA10Off: 9,990 added, 10 invalid."; none for a failure. */
function summary({ json }: INodeExecutionData): string[] {
	if (json.error) return [];
	const other = generatedSummary(json) ?? importedSummary(json);
	if (other) return [other];
	const report = json as unknown as UploadReport & { pool: { name: string } };
	const count = (value: number) => value.toLocaleString('en-US');
	const parts = [`${count(report.added)} added`];
	if (report.duplicatesInFile) parts.push(`${count(report.duplicatesInFile)} twice in the upload`);
	if (report.alreadyInPool) parts.push(`${count(report.alreadyInPool)} already in the pool`);
	if (report.inOtherPools) parts.push(`${count(report.inOtherPools)} in other pools`);
	if (report.invalid) parts.push(`${count(report.invalid)} invalid`);
	const same = report.sameFileAs ? ' The very same content was uploaded before.' : '';
	return [
		`${count(report.received)} codes received for ${report.pool.name}: ${parts.join(', ')}. ` +
			`The pool now has ${count(report.poolAvailable)} to give.${firstInvalid(report)}${same}`,
	];
}
