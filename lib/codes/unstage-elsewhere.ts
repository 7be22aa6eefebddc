import type { Session } from '../database/database';

/**
 * Takes those of the staged codes out again that stand in another pool. A code that stands in this pool as well
 * stays staged: it counts as already in the pool.
 */
export async function unstageCodesOfOtherPools(
	session: Session,
	poolId: string,
): Promise<{ rows: number; codes: number }> {
	await lockOutOtherChecks(session, poolId);
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
export async function lockOutOtherChecks(session: Session, poolId: string): Promise<void> {
	await session.query(LOCK_OUT_OTHER_CHECKS, [poolId]);
}

/** The table's own number makes the key, so that another schema's uploads are not kept waiting. */
const LOCK_OUT_OTHER_CHECKS = `
	select pg_advisory_xact_lock(hashtextextended('coupon pools: codes unique across pools', tableoid::bigint))
	from :schema.pools
	where id = $1`;

const deleteElsewhereText = (elsewhere: string) => `
	with gone as (
		delete from pg_temp.staged_codes as staged
		where exists (${elsewhere})
			and not exists (
				select from :schema.codes as known
				where known.pool_id = $1 and known.code = staged.code and known.copy = 1
			)
		returning staged.code
	)
	select count(*)::int as rows, count(distinct code)::int as codes from gone`;

/** By way of the pools, since the pool leads the index: a few codes are looked up, not all codes read. */
const DELETE_IN_OTHER_STOCK = deleteElsewhereText(`
	select from :schema.pools as other
	join :schema.codes as theirs on theirs.pool_id = other.id
	where other.id <> $1 and theirs.code = staged.code and theirs.state <> 'removed'`);

const DELETE_SHARED_ELSEWHERE = deleteElsewhereText(`
	select from :schema.shared_codes as theirs
	where theirs.pool_id <> $1 and theirs.code = staged.code`);
