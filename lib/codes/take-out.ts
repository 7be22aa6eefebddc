import type { Database, Session } from '../database/database';
import { retried } from '../database/retry';
import { tidyInTime } from '../stock/tidy';
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
 * Codes of a batch that are taken out by one statement. A claim passes over what others have locked: over a million
 * codes at the head of the stock, each claim took seconds for as long as these were taken out, and twenty million
 * were not taken out after 5 minutes, when a statement is given up.
 */
const MOST_AT_ONCE = 10_000;

/**
 * The same for a batch, which may have millions, piece by piece. What fails leaves the pieces before it taken out.
 *
 * @returns how many codes were removed
 */
export async function takeOutBatch(
	database: Database,
	poolId: string,
	batchId: string,
): Promise<number> {
	const pieces = await database.query<Piece>(PIECES, [poolId, batchId, MOST_AT_ONCE]);
	let removed = 0;
	for (const { first, last } of pieces) {
		const values = [poolId, batchId, first, last];
		const [piece] = await retried(
			async () => await database.query<{ removed: number }>(TAKE_OUT_PIECE, values),
		);
		removed += piece.removed;
		// They stood in the order of the free codes, where claims would read what is left of them.
		await tidyInTime(database, poolId, piece.removed).catch(() => undefined);
	}
	return removed;
}

/** Between which codes it stands, in the order of the key: so, each piece is read from there on, and all but once. */
interface Piece {
	readonly first: string;
	readonly last: string;
}

/**
 * Locked in the order of the codes, so that two such calls wait for each other and never in a circle.
 *
 * What `is not distinct from` asks for, no index finds: the codes are left to be found by their key. Without
 * statistics, as right after an upload, the planner took the index of all free codes of the batch: for each piece of
 * a million, all of them were read.
 */
const takeOutText = (condition: string, answer: string) => `
	with chosen as materialized (
		select code, copy
		from :schema.codes
		where pool_id = $1 and copy = 1 and state is not distinct from 'available' and ${condition}
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

const TAKE_OUT_PIECE = takeOutText(
	'batch_id is not distinct from $2 and code >= $3 and code <= $4',
	'count(*)::int as removed',
);

const PIECES = `
	select min(code) as first, max(code) as last
	from (
		select code, (row_number() over (order by code) - 1) / $3::int as piece
		from :schema.codes
		where pool_id = $1 and copy = 1 and state = 'available' and batch_id = $2
	) as numbered
	group by piece
	order by piece`;
