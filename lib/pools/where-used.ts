import type { Session } from '../database/database';
import { checkText } from '../texts/check-text';
import { findPool } from './find-pool';

/** A step of a workflow that works with a pool. */
export interface WhereUsed {
	readonly workflowId: string;
	readonly workflow: string;
	/** Whether the workflow was active when it was last seen. */
	readonly active: boolean;
	readonly nodeId: string;
	readonly node: string;
	/** What the step does, such as `Assign Coupon`. */
	readonly operation: string;
	/** What codes are given for; empty where none are given. */
	readonly campaign: string;
	/** Only tried on the canvas. */
	readonly manual: boolean;
	readonly firstUsedAt: Date;
	readonly lastUsedAt: Date;
	/** How many runs were counted; some may be missing if their process ended. */
	readonly runs: number;
}

/** More would not be read; the last ones used are listed. */
const MOST = 1_000;

/**
 * Which workflows and steps use a pool, the last used first. Only what steps did is known: one that never ran is not
 * listed, and one that was taken out of its workflow stays until it is forgotten (`forgetUses`).
 *
 * @throws CouponPoolsError `pool_not_found`
 */
export async function whereUsed(session: Session, poolId: string): Promise<WhereUsed[]> {
	await findPool(session, { id: poolId });
	return await session.query<WhereUsed>(LIST, [poolId, MOST]);
}

/**
 * Forgets that workflows use a pool, for instance after one was deleted. One that goes on using it comes back by
 * itself.
 *
 * @param workflowId only this workflow; all of them if left out
 * @returns how many uses were forgotten
 * @throws CouponPoolsError `pool_not_found`; `invalid_input`
 */
export async function forgetUses(
	session: Session,
	poolId: string,
	workflowId?: string,
): Promise<number> {
	await findPool(session, { id: poolId });
	const only =
		workflowId === undefined
			? null
			: checkText(workflowId, { field: 'Workflow ID', least: 1, most: 255 });
	return (await session.query(FORGET, [poolId, only])).length;
}

/** Names of the workflows that use a pool, for a warning; runs on the canvas do not count. */
export async function workflowsUsing(session: Session, poolId: string): Promise<string[]> {
	const rows = await session.query<{ name: string }>(NAMES, [poolId]);
	return rows.map(({ name }) => name);
}

/** `A, B and 3 more`. */
export function nameSome(names: readonly string[]): string {
	const shown = names.slice(0, 5).map((name) => JSON.stringify(name));
	const more = names.length - shown.length;
	return more > 0 ? `${shown.join(', ')} and ${more} more` : shown.join(', ');
}

const LIST = `
	select workflow_id as "workflowId", workflow_name as workflow, workflow_active as active,
		node_id as "nodeId", node_name as node, operation, campaign, manual,
		first_used_at as "firstUsedAt", last_used_at as "lastUsedAt", runs::float8 as runs
	from :schema.uses
	where pool_id = $1
	order by last_used_at desc, workflow_id, node_id, operation, campaign, manual
	limit $2`;

const FORGET = `
	delete from :schema.uses
	where pool_id = $1 and ($2::text is null or workflow_id = $2)
	returning pool_id`;

const NAMES = `
	select (array_agg(workflow_name order by last_used_at desc))[1] as name
	from :schema.uses
	where pool_id = $1 and not manual
	group by workflow_id
	order by max(last_used_at) desc
	limit 1000`;
