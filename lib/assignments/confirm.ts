import { isId } from '../database/check-id';
import type { Database } from '../database/database';
import { retried } from '../database/retry';
import { CouponPoolsError } from '../errors';
import { tally } from '../stock/tally';

/**
 * Makes a code that is on hold the recipient's for good. Doing so twice is harmless.
 *
 * @throws CouponPoolsError `hold_ended` if the time was over, or the code was released; `code_not_found`
 */
export async function confirm(
	database: Database,
	poolId: string,
	assignmentId: string,
): Promise<void> {
	const isKnown = isId(poolId) && isId(assignmentId);
	if (isKnown && (await confirmHeld(database, poolId, [assignmentId])).length > 0) {
		return;
	}
	const [now] = isKnown
		? await database.query<{ confirmed: boolean; code: string }>(LOOK, [poolId, assignmentId])
		: [];
	if (now === undefined) {
		throw new CouponPoolsError('code_not_found', `There is no assignment ${assignmentId}`, {
			hint: 'Check its ID, and the pool.',
		});
	}
	if (!now.confirmed) {
		throw new CouponPoolsError('hold_ended', `The code ${now.code} is not on hold any more`, {
			hint: 'It went back to the stock. Assign anew, with a longer hold if that was too short.',
		});
	}
}

/** A request that is answered with a code on hold. */
export interface RepeatedHold {
	readonly assignmentId: string;
	readonly requestId: string | null;
}

/**
 * The same for many.
 *
 * @param repeats requests that are answered with these assignments; they are recorded in the same statement, so that
 *   one that is lost on the way leaves no trace and can be asked again
 * @returns the assignments that are now confirmed
 */
export async function confirmHeld(
	database: Database,
	poolId: string,
	assignmentIds: readonly string[],
	repeats: readonly RepeatedHold[] = [],
): Promise<string[]> {
	// Two calls may lock the same rows in different orders.
	const rows = await retried(
		async () =>
			await database.query<{ id: string }>(CONFIRM, [
				poolId,
				assignmentIds,
				repeats.map(({ assignmentId }) => assignmentId),
				repeats.map(({ requestId }) => requestId),
			]),
	);
	return rows.map(({ id }) => id);
}

const CONFIRM = `
	with confirmed as (
		update :schema.assignments set held_until = null
		where pool_id = $1 and id = any ($2::bigint[]) and released_at is null and held_until > now()
		returning id, code, copy
	), taken as (
		update :schema.codes set state = 'assigned'
		from confirmed
		where codes.pool_id = $1 and codes.code = confirmed.code and codes.copy = confirmed.copy
		returning codes.batch_id, codes.expires_at
	), tallied as (
		${tally('taken', { reserved: '-count(*)', assigned: 'count(*)' })}
	), logged as (
		insert into :schema.events (pool_id, kind, assignment_id, code, copy)
		select $1, 'confirmed', id, code, copy from confirmed
	), logged_repeats as (
		insert into :schema.events (pool_id, kind, assignment_id, code, copy, request_id)
		select $1, 'repeated', confirmed.id, code, copy, request_id
		from confirmed
		join unnest($3::bigint[], $4::text[]) as repeats (id, request_id) on repeats.id = confirmed.id
		order by request_id
		on conflict (pool_id, request_id) where request_id is not null do nothing
	)
	select id from confirmed`;

const LOOK = `
	select code, released_at is null and held_until is null as confirmed
	from :schema.assignments
	where pool_id = $1 and id = $2`;
