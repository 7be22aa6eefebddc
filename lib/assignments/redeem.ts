import { isId } from '../database/check-id';
import type { Database } from '../database/database';
import { tally } from '../stock/tally';
import { notHeld } from './release';

/** When a code was used, and in which order. */
export interface Redemption {
	/** Whether it is this call that redeemed it; false if it was redeemed before. */
	readonly first: boolean;
	readonly redeemedAt: Date;
	readonly orderId: string | null;
}

/**
 * Records that the recipient used the code in an order; a code on hold is theirs for good then. Doing so twice is harmless: the first time counts.
 *
 * @throws CouponPoolsError `code_not_found` if nobody holds the code
 */
export async function redeem(
	database: Database,
	poolId: string,
	assignmentId: string,
	options: { orderId?: string } = {},
): Promise<Redemption> {
	if (!isId(assignmentId)) {
		throw notHeld(assignmentId, 'redeemed');
	}
	const [now] = await database.query<Omit<Redemption, 'first'>>(REDEEM, [
		poolId,
		assignmentId,
		options.orderId || null,
	]);
	if (now !== undefined) {
		return { first: true, ...now };
	}
	const [before] = await database.query<Omit<Redemption, 'first'>>(REDEEMED_BEFORE, [
		poolId,
		assignmentId,
	]);
	if (before === undefined) {
		throw notHeld(assignmentId, 'redeemed');
	}
	return { first: false, ...before };
}

const REDEEM = `
	with redeemed as (
		update :schema.assignments set redeemed_at = now(), order_id = $3, held_until = null
		from (
			select id, held_until is not null as was_held
			from :schema.assignments
			where pool_id = $1 and id = $2 and released_at is null and redeemed_at is null
			for update
		) as found
		where assignments.pool_id = $1 and assignments.id = found.id
		returning assignments.id, code, copy, redeemed_at, order_id, was_held
	), kept as (
		update :schema.codes set state = 'assigned'
		from redeemed
		where was_held and codes.pool_id = $1 and codes.code = redeemed.code and codes.copy = redeemed.copy
	), stock as (
		select batch_id, expires_at, was_held
		from redeemed
		join :schema.codes on codes.pool_id = $1 and codes.code = redeemed.code and codes.copy = redeemed.copy
	), tallied as (
		${tally('stock', {
			redeemed: 'count(*)',
			reserved: '-count(*) filter (where was_held)',
			assigned: 'count(*) filter (where was_held)',
		})}
	), logged as (
		insert into :schema.events (pool_id, kind, assignment_id, code, copy)
		select $1, 'redeemed', id, code, copy from redeemed
	)
	select redeemed_at as "redeemedAt", order_id as "orderId" from redeemed`;

const REDEEMED_BEFORE = `
	select redeemed_at as "redeemedAt", order_id as "orderId" from :schema.assignments
	where pool_id = $1 and id = $2 and released_at is null and redeemed_at is not null`;
