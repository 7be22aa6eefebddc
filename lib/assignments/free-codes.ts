import { fromFrontOn } from '../stock/front';

/** Pieces of SQL. */
interface FreeCodes {
	readonly condition: string;
	readonly limit: string;
	readonly needed: string;
	readonly lock: string;
}

/**
 * The part `free` of a statement, which locks free codes of pool $1. The inner limit lets the planner see how few rows
 * are wanted; the outer one stops at those really needed.
 */
export function freeCodes({ condition, limit, needed, lock }: FreeCodes): string {
	return `free as materialized (
	select * from (
		select code, copy, expires_at, batch_id, line
		from :schema.codes
		where pool_id = $1 and state = 'available' and ${condition}
		order by expires_at, batch_id, line
		limit ${limit}
		for update ${lock}
	) as free
	limit ${needed}
)`;
}

/** Which codes of a unique or dynamic pool may be given now; `pool` is its row, or empty. */
export const MAY_BE_GIVEN = `${fromFrontOn('now() + (select expiration_cutoff from pool)')}
			and (select expires_at - expiration_cutoff from pool) > now()`;

/** The codes in the order in which they are given: `turn` counts them from 1. */
export const PICKED = `picked as (
	select code, copy, expires_at, row_number() over (order by expires_at, batch_id, line) as turn from free
)`;
