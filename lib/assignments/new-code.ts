import type { ClaimRow } from './claim';

/** What the short statements return of a code that was taken; the rest of the answer is known. */
export type NewCode = Pick<
	ClaimRow,
	'pool' | 'assignment_id' | 'code' | 'expires_at' | 'assigned_at' | 'held_until'
>;

export function answerWith(row: NewCode): ClaimRow {
	// Named one by one, since spreading the row took as long as everything else done for a single claim.
	return {
		outcome: 'assigned',
		initial: true,
		pool: row.pool,
		assignment_id: row.assignment_id,
		recipient: null,
		campaign: null,
		source: 'pool',
		code: row.code,
		expires_at: row.expires_at,
		assigned_at: row.assigned_at,
		held_until: row.held_until,
		redeemed_at: null,
	};
}
