import { isId } from '../database/check-id';
import type { Database } from '../database/database';
import { CouponPoolsError } from '../errors';
import { lowersFront } from '../stock/front';
import { tally } from '../stock/tally';

/**
 * Takes a code, assigned or on hold, back from its recipient and puts it into the stock again.
 *
 * @throws CouponPoolsError `code_not_found` if nobody holds the code, or it was redeemed
 */
export async function release(
	database: Database,
	poolId: string,
	assignmentId: string,
): Promise<void> {
	const rows = !(isId(poolId) && isId(assignmentId))
		? []
		: await database.query(
				`with released as (
			update :schema.assignments set released_at = now()
			where pool_id = $1 and id = $2 and released_at is null and redeemed_at is null
			returning id, code, copy, held_until
		), returned as (
			update :schema.codes set state = 'available'
			from released
			where codes.pool_id = $1 and codes.code = released.code and codes.copy = released.copy
			returning codes.pool_id, codes.expires_at, codes.batch_id, codes.line, released.held_until
		), tallied as (
			${tally('returned', { available: 'count(*)', reserved: '-count(held_until)', assigned: 'count(held_until) - count(*)' })}
		), front as (
			insert into :schema.fronts (pool_id, expires_at, batch_id, line)
			select pool_id, expires_at, batch_id, line from returned
			${lowersFront}
		)
		insert into :schema.events (pool_id, kind, assignment_id, code, copy)
		select $1, 'released', id, code, copy from released
		returning id`,
				[poolId, assignmentId],
			);
	if (rows.length === 0) {
		throw await whyNotReleased(database, poolId, assignmentId);
	}
}

async function whyNotReleased(
	database: Database,
	poolId: string,
	assignmentId: string,
): Promise<CouponPoolsError> {
	const [assignment] = !(isId(poolId) && isId(assignmentId))
		? []
		: await database.query<{ code: string; redeemed: boolean }>(
				'select code, redeemed_at is not null as redeemed from :schema.assignments where pool_id = $1 and id = $2',
				[poolId, assignmentId],
			);
	if (assignment === undefined) {
		return new CouponPoolsError('code_not_found', `There is no assignment ${assignmentId}`, {
			hint: 'Check its ID, and the pool.',
		});
	}
	const { code, redeemed } = assignment;
	return redeemed
		? new CouponPoolsError('code_not_found', `The code ${code} cannot be released: it was used`, {
				hint: 'A code that was redeemed in an order stays its recipient’s. There is nothing to do.',
			})
		: new CouponPoolsError('code_not_found', `The code ${code} was released already`, {
				hint: 'It went back to the stock. There is nothing to do.',
			});
}

export function notHeld(assignmentId: string, done: string): CouponPoolsError {
	return new CouponPoolsError(
		'code_not_found',
		`The assignment ${assignmentId} cannot be ${done}`,
		{
			hint: 'Check the Assignment ID and the pool. If it was released or redeemed already, there is nothing to do.',
		},
	);
}
