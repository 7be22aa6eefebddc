import type { Session } from '../database/database';
import { tally } from '../stock/tally';

/**
 * Removes codes that are still available, and writes so into the ledger.
 *
 * A removed code steps aside: its copy becomes 0, or −1 if it was removed before, and so on, so that the code
 * can be uploaded again (after a wrong file was undone, say) while the sums still show it as removed.
 *
 * A code that is just being given is waited for, and stays if it was.
 *
 * @returns the codes that were removed
 */
export async function takeOut(
	session: Session,
	poolId: string,
	which: { codes: readonly string[] } | { batchId: string },
): Promise<string[]> {
	const rows =
		'batchId' in which
			? await session.query<{ code: string }>(TAKE_OUT_BATCH, [poolId, which.batchId])
			: await session.query<{ code: string }>(TAKE_OUT_CODES, [poolId, which.codes]);
	return rows.map(({ code }) => code);
}

/** Locked in the order of the codes, so that two such calls wait for each other and never in a circle. */
const takeOutText = (condition: string) => `
	with chosen as materialized (
		select code, copy
		from :schema.codes
		where pool_id = $1 and copy = 1 and state = 'available' and ${condition}
		order by code
		for update
	), gone as (
		update :schema.codes
		set state = 'removed', copy = (
			select least(min(earlier.copy), 1) - 1
			from :schema.codes as earlier
			where earlier.pool_id = $1 and earlier.code = codes.code
		)
		from chosen
		where codes.pool_id = $1 and codes.code = chosen.code and codes.copy = chosen.copy
		returning codes.code, codes.copy, codes.batch_id, codes.expires_at
	), tallied as (
		${tally('gone', { available: '-count(*)', removed: 'count(*)' })}
	)
	insert into :schema.events (pool_id, kind, code, copy)
	select $1, 'removed', code, copy from gone
	returning code`;

const TAKE_OUT_CODES = takeOutText('code = any ($2::text[])');

const TAKE_OUT_BATCH = takeOutText('batch_id = $2');
