import type { Session } from '../database/database';
import { takeTurns } from '../database/take-turns';

/**
 * Takes those of the staged codes out again that stand in another pool. A code that stands in this pool as well
 * stays staged: it counts as already in the pool.
 */
export async function unstageCodesOfOtherPools(
	session: Session,
	poolId: string,
): Promise<{ rows: number; codes: number }> {
	await lockOutOtherChecks(session);
	await session.query('analyze pg_temp.staged_codes');
	const inStock = await session.query<{ rows: number; codes: number }>(DELETE_IN_OTHER_STOCK, [
		poolId,
	]);
	const shared = await session.query<{ rows: number; codes: number }>(DELETE_SHARED_ELSEWHERE, [
		poolId,
	]);
	return {
		rows: inStock[0].rows + shared[0].rows,
		codes: inStock[0].codes + shared[0].codes,
	};
}

/** One such upload at a time, in all pools; otherwise two could each miss what the other has not committed. */
export async function lockOutOtherChecks(session: Session): Promise<void> {
	await takeTurns(session, 'codes unique across pools');
}

/**
 * Codes elsewhere are looked up first, on their own, for the sake of Citus clusters (see `insert-codes.ts`). There, the
 * result of such a step is seen where `using` or `from` names it; in a condition alone it was empty (Citus 13.2).
 */
const deleteElsewhereText = (elsewhere: string) => `
	with elsewhere as materialized (
		${elsewhere}
	), known as materialized (
		select code from :schema.codes
		where pool_id = $1 and copy = 1 and code in (select code from pg_temp.staged_codes)
	), gone as (
		delete from pg_temp.staged_codes as staged
		using (select code from elsewhere except select code from known) as theirs
		where theirs.code = staged.code
		returning staged.code
	)
	select count(*)::int as rows, count(distinct code)::int as codes from gone`;

/** By way of the pools, since the pool leads the index: a few codes are looked up, not all codes read. */
const DELETE_IN_OTHER_STOCK = deleteElsewhereText(`select theirs.code
		from :schema.pools as other
		join :schema.codes as theirs on theirs.pool_id = other.id
		where other.id <> $1 and theirs.state <> 'removed' and theirs.code in (select code from pg_temp.staged_codes)`);

const DELETE_SHARED_ELSEWHERE = deleteElsewhereText(`select code from :schema.shared_codes
		where pool_id <> $1 and code in (select code from pg_temp.staged_codes)`);
