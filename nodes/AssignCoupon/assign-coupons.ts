import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { CouponPoolsError } from '../../lib';
import type { AssignResult, CouponPools } from '../../lib';
import { withPoolsOfNode } from '../shared/database-credential';
import { warnOfOtherName } from '../shared/chosen-name';
import { asNodeError, failedItem, runNode } from '../shared/errors';
import { previewInstead, warnOfPreview } from '../shared/manual-runs';
import { itemIndexes, outputsFor } from '../shared/output-items';
import { recordUses } from '../shared/uses';
import { assignOnDemand } from './assign-on-demand';
import { couponItemWriter } from './coupon-items';
import { readRequests, type RequestGroup } from './requests';

/** What became of each item, by its index: the answer of the library, or a failure. */
interface Outcomes {
	readonly results: Map<number, AssignResult>;
	readonly failures: Map<number, unknown>;
}

/**
 * Assigns a coupon to each input item, in one call of the library for all that share pool and policy.
 *
 * All items are checked before the first code is taken: an invalid one stops the node with nothing assigned, or fails
 * alone if the node is set to continue.
 */
export async function assignCoupons(context: IExecuteFunctions): Promise<INodeExecutionData[][]> {
	return await runNode(context, async () => {
		return await withPoolsOfNode(context, async (coupons) => {
			const { groups, failures } = await readRequests(context, coupons);
			const outcomes: Outcomes = { results: new Map(), failures };
			throwFirst(context, failures);
			warnOfOtherName(context, new Set(groups.map(({ pool }) => pool)));

			const giveGroup = giver(context, coupons);
			for (const group of groups) await give(context, group, outcomes, giveGroup);
			recordUses(context, coupons, 'Assign Coupon', campaignsOf(groups));
			return toItems(context, outcomes);
		});
	});
}

function campaignsOf(groups: readonly RequestGroup[]) {
	return groups.flatMap(({ pool, requests }) =>
		[...new Set(requests.map(({ campaign }) => campaign))].map((campaign) => ({
			poolId: pool.id,
			campaign,
		})),
	);
}

type Give = (group: RequestGroup) => Promise<AssignResult[]>;

/** Gives real codes, or on manual runs what was chosen for them. */
function giver(context: IExecuteFunctions, coupons: CouponPools): Give {
	const as = previewInstead(context);
	if (as) {
		return async ({ pool, requests, options: { holdMinutes, normalizeRecipient } }) => {
			if (as === 'code') await warnOfPreview(context, coupons, pool, requests.length);
			return await coupons.preview(pool.id, requests, { as, holdMinutes, normalizeRecipient });
		};
	}
	const signal = context.getExecutionCancelSignal();
	return async ({ pool, requests, options }) =>
		pool.type === 'dynamic'
			? await assignOnDemand(context, coupons, { pool, requests, options })
			: await coupons.assign(pool.id, requests, { ...options, signal });
}

/** Asks for the codes of a whole group. Items that the library refuses are left out, and the others asked for again. */
async function give(
	context: IExecuteFunctions,
	group: RequestGroup,
	{ results, failures }: Outcomes,
	ask: Give,
): Promise<void> {
	while (group.requests.length > 0) {
		try {
			const answers = await ask(group);
			answers.forEach((answer, index) => results.set(group.items[index], answer));
			return;
		} catch (failure) {
			const refused = failure instanceof CouponPoolsError ? failure.item : undefined;
			const itemIndex = refused === undefined ? group.items[0] : group.items[refused];
			if (!context.continueOnFail()) throw asNodeError(context.getNode(), failure, itemIndex);
			if (refused === undefined) {
				for (const item of group.items) failures.set(item, failure);
				return;
			}
			failures.set(itemIndex, failure);
			group.items.splice(refused, 1);
			group.requests.splice(refused, 1);
		}
	}
}

function throwFirst(context: IExecuteFunctions, failures: ReadonlyMap<number, unknown>): void {
	if (context.continueOnFail()) return;
	for (const [itemIndex, failure] of failures) {
		throw asNodeError(context.getNode(), failure, itemIndex);
	}
}

/** The items in the order in which they came in: Assigned, No Code. */
function toItems(context: IExecuteFunctions, outcomes: Outcomes): INodeExecutionData[][] {
	const assigned: INodeExecutionData[] = [];
	const noCode: INodeExecutionData[] = [];
	const write = couponItemWriter(context);
	for (const itemIndex of itemIndexes(context)) {
		const result = outcomes.results.get(itemIndex);
		try {
			if (!result) throw outcomes.failures.get(itemIndex);
			const item = write(itemIndex, result);
			(result.code === null ? noCode : assigned).push(item);
		} catch (failure) {
			if (!context.continueOnFail()) throw asNodeError(context.getNode(), failure, itemIndex);
			assigned.push(failedItem(failure, itemIndex));
		}
	}
	return outputsFor(context, assigned, noCode);
}
