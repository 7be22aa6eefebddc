/** Events by which an assignment comes to stand, falls, and is redeemed. No other changes what a report counts. */
const GIVEN = "'assigned', 'reserved', 'imported'";
const TAKEN_BACK = "'released', 'hold_ended'";
const REDEEMED = "'redeemed', 'redemption_imported'";

/**
 * What events of pool $1 changed: rows of the assignment's campaign and source, `at`, and what to add to the assignments and to the
 * redemptions of that time. An assignment that was taken back is taken off the time at which it was given.
 * Joined without the limit, all assignments were read where there was no event to look at.
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

/** Those that are not in the sums yet. */
export const changesSinceSums = useChanges(
	'events.id > coalesce((select read_to from :schema.report_sums where pool_id = $1), 0)',
);
