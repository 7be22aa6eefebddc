import type { Session } from '../database/database';
import { tally } from '../stock/tally';

/**
 * Removes codes that are still available, and writes so into the ledger.
 *
 * A removed code steps aside: its copy becomes 0, or −1 if it was removed before, and so on, so that the code can be
 * uploaded again (after a wrong file was undone, say) while the sums still show it as removed.
 *
 * A code that is being given at this moment is waited for, and stays if it was given.
 *
 * @returns the codes that were removed
 */
export async function takeOut(
	session: Session,
	poolId: string,
	codes: readonly string[],
): Promise<string[]> {
	const rows = await session.query<{ code: string }>(TAKE_OUT_CODES, [poolId, codes]);
	return rows.map(({ code }) => code);
}

/**
 * The same for a batch, which may have millions.
 *
 * @returns how many codes were removed
 */
export async function takeOutBatch(
	session: Session,
	poolId: string,
	batchId: string,
): Promise<number> {
	const [{ removed }] = await session.query<{ removed: number }>(TAKE_OUT_BATCH, [poolId, batchId]);
	return removed;
}

/** Locked in the order of the codes, so that two such calls wait for each other and never in a circle. */
const takeOutText = (condition: string, answer: string) => `
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
	), logged as (
		insert into :schema.events (pool_id, kind, code, copy)
		select $1, 'removed', code, copy from gone
	)
	select ${answer} from gone`;

const TAKE_OUT_CODES = takeOutText('code = any ($2::text[])', 'code');

const TAKE_OUT_BATCH = takeOutText('batch_id = $2', 'count(*)::int as removed');
