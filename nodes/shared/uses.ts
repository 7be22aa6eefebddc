import type { IExecuteFunctions, INodeExecutionData, ITriggerFunctions } from 'n8n-workflow';
import type { CouponPools } from '../../lib';
import { isTestRun } from './test-runs';

/** A pool that a node worked with, and what its codes were given for. */
interface UsedPool {
	readonly poolId: string;
	readonly campaign?: string;
}

/**
 * Notes that this node of this workflow uses these pools: as one run, however often each is named. To be called when
 * the work is done, so that nothing waits for it; it never fails.
 *
 * @param operation what the node does, in the words of a person: `Assign Coupon`
 */
export function recordUses(
	context: IExecuteFunctions | ITriggerFunctions,
	coupons: CouponPools,
	operation: string,
	pools: Iterable<UsedPool>,
): void {
	const { id, name = '', active } = context.getWorkflow();
	// A workflow that was never saved has no name to be found by.
	if (!id) return;
	const node = context.getNode();
	const distinct = new Map<string, UsedPool>();
	for (const { poolId, campaign } of pools) {
		distinct.set(JSON.stringify([poolId, campaign]), { poolId, campaign });
	}
	coupons.recordUses(
		[...distinct.values()].map((pool) => ({
			...pool,
			workflow: { id, name, active },
			node: { id: node.id, name: node.name },
			operation,
			manual: isTestRun(context),
		})),
	);
}

/** The pools that a node's answers name as `pool.id`; a failed item names none. */
export function poolsNamedIn(items: readonly INodeExecutionData[]): UsedPool[] {
	return items.flatMap(({ json: { pool } }) =>
		typeof pool === 'object' && pool !== null && 'id' in pool ? [{ poolId: String(pool.id) }] : [],
	);
}
