import { tally } from '../stock/tally';

/**
 * The part of a claim that marks the codes of `given` in the stock, and adds them to the pool's sums.
 *
 * They are found by lists: with a join by their key, the planner reads all codes of the pool, which for 5,000 of
 * 200,000 took 60 ms of 110. Codes and copies may be matched separately, because within one statement either all copies
 * are the first, or all are of one shared code. By their place (ctid) they would be found even faster, and wrongly: for
 * a code that was released since this statement's snapshot, the update does not see the place that was locked.
 *
 * @param holdMinutes the parameter, such as `$10`; null for codes that are given for good
 */
export function markGiven(holdMinutes: string): string {
	return `taken as (
	update :schema.codes set state = case when ${holdMinutes}::float8 is null then 'assigned' else 'reserved' end
	where pool_id = $1 and code = any (array(select code from given where copy is not null))
		and copy = any (array(select distinct copy from given where copy is not null))
	returning batch_id, expires_at, state
), tallied as (
	${tally('taken', {
		available: '-count(*)',
		reserved: "count(*) filter (where state = 'reserved')",
		assigned: "count(*) filter (where state = 'assigned')",
		used: 'count(*)',
	})}
)`;
}
