import type { Database } from '../database/database';
import type { Claim, ClaimRow } from './claim';
import { LETS_KEEP, stillHeld } from './claim-statement';
import { assignmentsOf } from './of-recipient';

/** What the statement returns of the code that the recipient has; the rest of the answer is known. */
type Repeat = Pick<
	ClaimRow,
	| 'pool'
	| 'assignment_id'
	| 'campaign'
	| 'source'
	| 'code'
	| 'expires_at'
	| 'assigned_at'
	| 'redeemed_at'
>;

/**
 * For a cart that is sent twice, or a reminder: one request whose recipient has a code that it may keep. Like
 * `claimFirst`, a statement without the other cases that `claim` covers. It repeats the code only if the request id is
 * new, the pool is open, and the code is neither expired nor on hold; otherwise it does nothing and answers undefined,
 * and `claim` has to answer.
 */
export async function claimRepeat(
	database: Database,
	{ poolId, asked: [asked], rule }: Claim,
): Promise<ClaimRow | undefined> {
	if (rule.ifAlreadyAssigned === 'alwaysNew') {
		return undefined;
	}
	const [row] = await database.queryPrepared<Repeat>('claim repeat', CLAIM_REPEAT, [
		poolId,
		asked.recipient,
		asked.campaign,
		asked.requestId,
		rule.ifAlreadyAssigned,
		rule.withinHours,
		rule.wholePool,
	]);
	return row === undefined
		? undefined
		: {
				outcome: 'repeat',
				initial: false,
				pool: row.pool,
				assignment_id: row.assignment_id,
				recipient: null,
				campaign: row.campaign,
				source: row.source,
				code: row.code,
				expires_at: row.expires_at,
				assigned_at: row.assigned_at,
				held_until: null,
				redeemed_at: row.redeemed_at,
			};
}

const CLAIM_REPEAT = `
	with repeated as materialized (
		select pool.name as pool, held.id, held.campaign, source, code, copy, assigned_at, redeemed_at,
			least(held.expires_at, pool.expires_at) as expires_at
		from :schema.pools as pool
		cross join lateral (
			select * from ${assignmentsOf('$2')} as theirs
			where released_at is null and ${stillHeld('theirs')} and ($7 or campaign = $3)
			order by nth desc limit 1
		) as held
		where pool.id = $1 and active and begins_at <= now() and least(held.expires_at, pool.expires_at) > now()
			and held_until is null and ${LETS_KEEP}
			and not exists (select from :schema.events where pool_id = $1 and request_id = $4)
	), logged as (
		insert into :schema.events (pool_id, kind, assignment_id, code, copy, request_id)
		select $1, 'repeated', id, code, copy, $4 from repeated
		on conflict (pool_id, request_id) where request_id is not null do nothing
	)
	select pool, id as assignment_id, campaign, source, code, expires_at, assigned_at, redeemed_at from repeated`;
