import type {
	IDataObject,
	IExecuteFunctions,
	INodeExecutionData,
	IPairedItemData,
} from 'n8n-workflow';
import type { CheckThresholdOptions, CouponPools, LowStockUnit, StockReport } from '../../lib';
import { withPoolsOfNode } from '../shared/database-credential';
import { forEachItem, invalidParameter, runNode } from '../shared/errors';
import { numberFrom } from '../shared/numbers';
import { asJson, itemIndexes, outputsFor } from '../shared/output-items';
import { poolFinder, poolReferenceReader } from '../shared/pool-locator';
import { standInRequestId } from '../shared/request-ids';
import { isTestRun } from '../shared/test-runs';
import { poolsNamedIn, recordUses } from '../shared/uses';
import { watcherOf } from '../shared/watcher';

/** Outputs Low and OK: an item for each pool, with its stock. */
export async function checkThresholds(context: IExecuteFunctions): Promise<INodeExecutionData[][]> {
	return await runNode(context, async () => {
		return await withPoolsOfNode(context, async (coupons) => {
			const which = context.getNodeParameter('which', 0) as 'all' | 'one' | 'several';
			const ok: INodeExecutionData[] = [];
			const low =
				which === 'one'
					? await checkForEachItem(context, coupons, ok)
					: await checkTogether(context, coupons, which, ok);
			// Whoever looks at all pools depends on none of them.
			if (which !== 'all') {
				recordUses(context, coupons, 'Check Threshold', poolsNamedIn([...low, ...ok]));
			}
			return outputsFor(context, low, ok);
		});
	});
}

/**
 * One pool for each item; its parameters may be expressions.
 *
 * Mostly these are the same for all items, such as the recipients of a broadcast. A look takes 18 ms in the embedded
 * database, so that with one for each of 20,000 the broadcast would wait for six minutes.
 */
async function checkForEachItem(
	context: IExecuteFunctions,
	coupons: CouponPools,
	ok: INodeExecutionData[],
): Promise<INodeExecutionData[]> {
	const reference = poolReferenceReader(context);
	const findPool = poolFinder(coupons);
	const indexes = itemIndexes(context);
	const asked = await Promise.allSettled(
		indexes.map(async (itemIndex) => ({
			pool: await findPool(reference(itemIndex)),
			options: optionsOf(context, itemIndex),
		})),
	);
	const askedBy = (itemIndex: number) => {
		const read = asked[itemIndex];
		if (read.status === 'rejected') throw read.reason;
		return read.value;
	};
	// Any failure is thrown before the first check: an alert is told once, and that of the first item would be lost if
	// the node stopped at a later one.
	await forEachItem(context, indexes, async (itemIndex) => {
		askedBy(itemIndex);
		return [];
	});
	const answers = new Map<string, StockReport[]>();
	let isAskedAgain = false;
	const low = await forEachItem(context, indexes, async (itemIndex) => {
		const { pool, options } = askedBy(itemIndex);
		const question = JSON.stringify([pool.id, { ...options, requestId: null }]);
		let reports = answers.get(question)?.map((report) => toldBefore(report, options));
		isAskedAgain ||= reports !== undefined;
		reports ??= await coupons.checkThreshold([pool.id], options);
		answers.set(question, reports);
		return sorted(context, reports, [{ item: itemIndex }], ok);
	});
	if (isAskedAgain) {
		context.addExecutionHints({
			message:
				"Several items asked the same, and each got the same answer. To be told only once, turn on 'Execute Once' in the settings of this node.",
			location: 'outputPane',
		});
	}
	return low;
}

/** What a second look would say: an alert that is given once was given to the item that asked first. */
function toldBefore(report: StockReport, { alert }: CheckThresholdOptions): StockReport {
	if (alert !== 'oncePerFall') return report;
	return { ...report, alert: report.coversNeeded === false };
}

/** All pools, or those ticked, once for however many items: the answer comes from all of these. */
async function checkTogether(
	context: IExecuteFunctions,
	coupons: CouponPools,
	which: 'all' | 'several',
	ok: INodeExecutionData[],
): Promise<INodeExecutionData[]> {
	const poolIds = which === 'all' ? which : tickedPools(context);
	const reports = await coupons.checkThreshold(poolIds, optionsOf(context, 0));
	if (reports.length === 0) {
		context.addExecutionHints({
			message: "There is no pool yet. Make one with 'Create Pool'.",
			location: 'outputPane',
		});
	}
	const pairedItem = itemIndexes(context).map((item) => ({ item }));
	return sorted(context, reports, pairedItem, ok);
}

function tickedPools(context: IExecuteFunctions): string[] {
	const entered: unknown = context.getNodeParameter('pools', 0, []);
	const ids = (Array.isArray(entered) ? entered : String(entered ?? '').split(','))
		.map((id) => String(id).trim())
		.filter(Boolean);
	if (ids.length === 0) {
		throw invalidParameter(
			'No pool is chosen',
			"Tick the pools under 'Pool Names or IDs', or choose 'All Pools'.",
		);
	}
	return ids;
}

function optionsOf(context: IExecuteFunctions, itemIndex: number): CheckThresholdOptions {
	const options = context.getNodeParameter('options', itemIndex, {}) as IDataObject;
	const needed = numberFrom(context.getNodeParameter('needed', itemIndex, 0), 'Codes Needed Now');
	const alert = context.getNodeParameter('alert', itemIndex, 'oncePerFall') as
		| 'oncePerFall'
		| 'everyTime';
	return {
		...(needed !== 0 && { needed }),
		...('threshold' in options && {
			threshold: numberFrom(options.threshold, 'Threshold'),
			thresholdUnit: (options.thresholdUnit ?? 'codes') as LowStockUnit,
		}),
		...('expiringWithinDays' in options && {
			expiringWithinDays: numberFrom(options.expiringWithinDays, 'Expiring Within (Days)'),
		}),
		// A test must not use up the alert that production waits for.
		alert: isTestRun(context) ? 'never' : alert,
		watcher: watcherOf(context),
		// Retry on Fail tries again with the same id.
		requestId: standInRequestId(context)(itemIndex, 'alert') ?? null,
		timezone: context.getTimezone(),
	};
}

/** Returns the items for Low, and puts those for OK into `ok`. */
function sorted(
	context: IExecuteFunctions,
	reports: readonly StockReport[],
	pairedItem: IPairedItemData[],
	ok: INodeExecutionData[],
): INodeExecutionData[] {
	const test = isTestRun(context);
	const low: INodeExecutionData[] = [];
	for (const report of reports) {
		// What follows Low is an alert, so a pool that somebody was told about does not leave there again.
		const leavesByLow = test ? report.low : report.alert;
		(leavesByLow ? low : ok).push({ json: asJson(report), pairedItem });
	}
	return low;
}
