import type { Database } from '../database/database';
import { retried } from '../database/retry';
import { tally } from '../stock/tally';

/** An assignment, and the order in which its code was used; empty if it is not known. */
export interface Redeeming {
	readonly poolId: string;
	readonly assignmentId: string;
	readonly orderId: string;
}

/** When an assignment was redeemed. */
export interface RedeemedAssignment {
	readonly poolId: string;
	readonly assignmentId: string;
	/** Whether it is this call that redeemed it. */
	readonly first: boolean;
	readonly redeemedAt: Date;
	readonly orderId: string | null;
}

/**
 * Redeems assignments that are still held, each once: the first time counts. A code on hold becomes its recipient's for
 * good, and the ledger records that first, for those who watch for assignments.
 *
 * @param redeeming each assignment at most once
 * @returns all of them that are redeemed now; those that were released meanwhile are missing
 */
export async function redeemAll(
	database: Database,
	redeeming: readonly Redeeming[],
): Promise<RedeemedAssignment[]> {
	const results: RedeemedAssignment[] = [];
	for (const [poolId, ofPool] of byPool(redeeming)) {
		results.push(...(await redeemOfPool(database, poolId, ofPool)));
	}
	return results;
}

function byPool(redeeming: readonly Redeeming[]): Map<string, Redeeming[]> {
	const pools = new Map<string, Redeeming[]>();
	for (const one of redeeming) {
		const ofPool = pools.get(one.poolId);
		if (ofPool === undefined) {
			pools.set(one.poolId, [one]);
		} else {
			ofPool.push(one);
		}
	}
	return pools;
}

async function redeemOfPool(
	database: Database,
	poolId: string,
	redeeming: readonly Redeeming[],
): Promise<RedeemedAssignment[]> {
	const ids = redeeming.map(({ assignmentId }) => assignmentId);
	const orderIds = redeeming.map(({ orderId }) => orderId || null);
	// Each pool on its own: if all were tried again, those of the pools before would no longer count as the first time.
	const first = await retried(
		async () => await database.query<{ id: string }>(REDEEM, [poolId, ids, orderIds]),
	);
	const now = await database.query<Omit<RedeemedAssignment, 'first' | 'poolId'>>(READ, [
		poolId,
		ids,
	]);
	const firstIds = new Set(first.map(({ id }) => id));
	return now.map((row) => ({ poolId, ...row, first: firstIds.has(row.assignmentId) }));
}

/** Two such statements lock in the same order, so that they wait for each other and never in a circle. */
const REDEEM = `
	with chosen as materialized (
		select id, held_until is not null as was_on_hold
		from :schema.assignments
		where pool_id = $1 and id = any ($2::bigint[]) and released_at is null and redeemed_at is null
		order by id
		for update
	), redeemed as (
		update :schema.assignments set redeemed_at = now(), order_id = asked.order_id, held_until = null
		from chosen
		join unnest($2::bigint[], $3::text[]) as asked (id, order_id) on asked.id = chosen.id
		where assignments.pool_id = $1 and assignments.id = chosen.id
		returning assignments.id, code, copy, was_on_hold
	), kept as (
		update :schema.codes set state = 'assigned'
		from redeemed
		where was_on_hold and codes.pool_id = $1 and codes.code = redeemed.code and codes.copy = redeemed.copy
	), stock as (
		select batch_id, expires_at, was_on_hold
		from redeemed
		join :schema.codes on codes.pool_id = $1 and codes.code = redeemed.code and codes.copy = redeemed.copy
	), tallied as (
		${tally('stock', {
			redeemed: 'count(*)',
			reserved: '-count(*) filter (where was_on_hold)',
			assigned: 'count(*) filter (where was_on_hold)',
		})}
	), logged as (
		insert into :schema.events (pool_id, kind, assignment_id, code, copy)
		select $1, kind, id, code, copy
		from redeemed
		cross join unnest(array['confirmed', 'redeemed']) as steps (kind)
		where was_on_hold or kind = 'redeemed'
		order by kind, id
	)
	select id from redeemed`;

const READ = `
	select id as "assignmentId", redeemed_at as "redeemedAt", order_id as "orderId"
	from :schema.assignments
	where pool_id = $1 and id = any ($2::bigint[]) and released_at is null and redeemed_at is not null`;
