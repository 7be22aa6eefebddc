/** Events by which an assignment is made, taken back, and redeemed. No others change what a report counts. */
const GIVEN = "'assigned', 'reserved', 'imported'";
const TAKEN_BACK = "'released', 'hold_ended'";
const REDEEMED = "'redeemed', 'redemption_imported'";

/**
 * SQL of what events of pool $1 changed: rows with the assignment's campaign and source, `at`, and what to add to the
 * assignments and the redemptions of that time. An assignment that was taken back is subtracted at the time at which it
 * was given. Without the limit in the join, all assignments were read if there was no event to look at.
 *
 * @param which a condition on `events`, in SQL
 */
export function useChanges(which: string): string {
	return `
	select held.campaign, held.source,
		case when kind in (${REDEEMED}) then held.redeemed_at else held.assigned_at end as at,
		case when kind in (${GIVEN}) then 1 when kind in (${TAKEN_BACK}) then -1 else 0 end as assigned,
		case when kind in (${REDEEMED}) then 1 else 0 end as redeemed
	from :schema.events
	cross join lateral (
		select * from :schema.assignments where pool_id = $1 and id = events.assignment_id limit 1
	) as held
	where events.pool_id = $1 and ${which}
		and kind in (${GIVEN}, ${TAKEN_BACK}, ${REDEEMED})`;
}

/** Changes that are not yet in the sums. */
export const changesSinceSums = useChanges(
	'events.id > coalesce((select read_to from :schema.report_sums where pool_id = $1), 0)',
);
