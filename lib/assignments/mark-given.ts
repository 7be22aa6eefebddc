import { tally } from '../stock/tally';

/** The part of a claim that marks the codes of `given` in the stock, and adds them to the pool's sums. */
export const markGiven = `taken as (
	update :schema.codes set state = case when held_until is null then 'assigned' else 'reserved' end
	from given
	where codes.pool_id = $1 and codes.code = given.code and codes.copy = given.copy
	returning codes.batch_id, codes.expires_at, codes.state
), tallied as (
	${tally('taken', {
		available: '-count(*)',
		reserved: "count(*) filter (where state = 'reserved')",
		assigned: "count(*) filter (where state = 'assigned')",
		used: 'count(*)',
	})}
)`;
