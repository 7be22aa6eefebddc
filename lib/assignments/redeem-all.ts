import type { Database } from '../database/database';
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
 * Redeems assignments that are still held, each once: the first time counts. A code on hold is its recipient's for
 * good then.
 *
 * @param redeeming each assignment at most once
 * @returns all of them that are redeemed now; those that were released meanwhile are missing
 */
export async function redeemAll(
	database: Database,
	redeeming: readonly Redeeming[],
): Promise<RedeemedAssignment[]> {
	if (redeeming.length === 0) {
		return [];
	}
	// Two such calls lock in the same order, so that they wait for each other and never in a circle.
	const ordered = redeeming.toSorted((one, other) => {
		const by = BigInt(one.poolId) - BigInt(other.poolId);
		return Number(by === 0n ? BigInt(one.assignmentId) - BigInt(other.assignmentId) : by);
	});
	const poolIds = ordered.map(({ poolId }) => poolId);
	const ids = ordered.map(({ assignmentId }) => assignmentId);
	const first = await database.query<{ id: string }>(REDEEM, [
		poolIds,
		ids,
		ordered.map(({ orderId }) => orderId || null),
	]);
	const now = await database.query<Omit<RedeemedAssignment, 'first'>>(READ, [poolIds, ids]);
	const firstIds = new Set(first.map(({ id }) => id));
	return now.map((row) => ({ ...row, first: firstIds.has(row.assignmentId) }));
}

const REDEEM = `
	with chosen as materialized (
		select held.*, asked.order_id
		from unnest($1::bigint[], $2::bigint[], $3::text[]) as asked (pool_id, id, order_id)
		cross join lateral (
			select pool_id, id, held_until is not null as was_on_hold from :schema.assignments
			where pool_id = asked.pool_id and id = asked.id and released_at is null and redeemed_at is null
			for update
		) as held
	), redeemed as (
		update :schema.assignments set redeemed_at = now(), order_id = chosen.order_id, held_until = null
		from chosen
		where assignments.pool_id = chosen.pool_id and assignments.id = chosen.id
		returning assignments.pool_id, assignments.id, code, copy, was_on_hold
	), kept as (
		update :schema.codes set state = 'assigned'
		from redeemed
		where was_on_hold and codes.pool_id = redeemed.pool_id
			and codes.code = redeemed.code and codes.copy = redeemed.copy
	), stock as (
		select codes.pool_id, batch_id, expires_at, was_on_hold
		from redeemed
		join :schema.codes on codes.pool_id = redeemed.pool_id
			and codes.code = redeemed.code and codes.copy = redeemed.copy
	), tallied as (
		${tally(
			'stock',
			{
				redeemed: 'count(*)',
				reserved: '-count(*) filter (where was_on_hold)',
				assigned: 'count(*) filter (where was_on_hold)',
			},
			'pool_id',
		)}
	), logged as (
		insert into :schema.events (pool_id, kind, assignment_id, code, copy)
		select pool_id, 'redeemed', id, code, copy from redeemed
	)
	select id from redeemed`;

const READ = `
	select held.pool_id as "poolId", held.id as "assignmentId", held.redeemed_at as "redeemedAt", held.order_id as "orderId"
	from unnest($1::bigint[], $2::bigint[]) as asked (pool_id, id)
	cross join lateral (
		select * from :schema.assignments
		where pool_id = asked.pool_id and id = asked.id and released_at is null and redeemed_at is not null
	) as held`;
