import type { Session } from '../database/database';
import { unstageCodesOfOtherPools } from './unstage-elsewhere';

/**
 * Takes those of the staged codes out again that the pool has or ever had, or that were staged before.
 *
 * @returns how many
 */
export async function unstageKnownCodes(
	session: Session,
	poolId: string,
	{ uniqueAcrossPools }: { uniqueAcrossPools: boolean },
): Promise<number> {
	await session.query('analyze pg_temp.staged_codes');
	const [{ count }] = await session.query<{ count: number }>(DELETE_KNOWN, [poolId]);
	const elsewhere = uniqueAcrossPools ? await unstageCodesOfOtherPools(session, poolId) : null;
	return count + (elsewhere?.rows ?? 0);
}

const DELETE_KNOWN = `
	with known as materialized (
		select code from :schema.codes where pool_id = $1 and code in (select code from pg_temp.staged_codes)
	), seen as (
		select line, code, row_number() over (partition by code order by line) as nth
		from pg_temp.staged_codes
	), gone as (
		delete from pg_temp.staged_codes as staged
		using seen
		where staged.line = seen.line and (
			seen.nth > 1
			or exists (select from known where known.code = seen.code)
		)
		returning 1
	)
	select count(*)::int as count from gone`;
