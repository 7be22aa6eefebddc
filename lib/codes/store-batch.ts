import {
	countBatch,
	deleteBatch,
	findSameFile,
	insertBatch,
	type BatchCounts,
	type BatchFacts,
} from '../batches/record-batch';
import type { Session } from '../database/database';
import { sqlState } from '../database/explain-error';
import { lowersFront } from '../stock/front';
import { hourOf } from '../stock/tally';
import { unstageCodesOfOtherPools } from './unstage-elsewhere';
import type { UploadReport } from './upload-report';

/** What became of the staged codes; of a code that stands twice in the file, the first line counts. */
export type StoredBatch = Pick<
	UploadReport,
	'batchId' | 'added' | 'duplicatesInFile' | 'alreadyInPool' | 'inOtherPools' | 'sameFileAs'
>;

/**
 * Moves the staged codes into the pool as one batch; there is none if all codes were there before.
 *
 * @param facts.staged codes in the table `staged_codes`
 */
export async function storeBatch(
	session: Session,
	poolId: string,
	facts: BatchFacts & { readonly staged: number },
	options: { uniqueAcrossPools: boolean },
): Promise<StoredBatch> {
	const sameFileAs = await findSameFile(session, poolId, facts.contentHash);
	const elsewhere = options.uniqueAcrossPools
		? await unstageCodesOfOtherPools(session, poolId)
		: { rows: 0, codes: 0 };
	const staged = facts.staged - elsewhere.rows;
	const batchId = await insertBatch(session, poolId, facts);
	const { added, ...ends } = await insertCodes(session, poolId, batchId);
	// Only where some were left out, it matters why.
	const distinct = added === staged ? staged : await countDistinct(session);
	const counts = {
		added,
		duplicatesInFile: staged - distinct + (elsewhere.rows - elsewhere.codes),
		alreadyInPool: distinct - added,
		inOtherPools: elsewhere.codes,
	};
	if (added === 0) {
		await deleteBatch(session, poolId, batchId);
		return { batchId: null, sameFileAs, ...counts };
	}
	await session.query(LOWER_FRONT, [poolId, batchId]);
	await countBatch(session, poolId, batchId, { ...counts, ...ends });
	return { batchId, sameFileAs, ...counts };
}

type AddedCodes = Pick<BatchCounts, 'added' | 'firstCode' | 'lastCode'>;

/**
 * Inserts in the order of the codes, so that two uploads of the same codes wait for each other and never
 * in a circle.
 *
 * `on conflict do nothing` alone would do, but costs 2 s more for 1,000,000 codes (7.7 s against 5.9 s on
 * PostgreSQL 18), for each row is looked up once more. It is needed only where another upload of the same
 * codes commits between the look and the insert.
 */
async function insertCodes(session: Session, poolId: string, batchId: string): Promise<AddedCodes> {
	await session.query('savepoint before_codes');
	try {
		const [added] = await session.query<AddedCodes>(INSERT_CODES, [poolId, batchId]);
		return added;
	} catch (error) {
		if (sqlState(error) !== UNIQUE_VIOLATION) {
			throw error;
		}
	}
	await session.query('rollback to savepoint before_codes');
	const [added] = await session.query<AddedCodes>(INSERT_CODES_BESIDE_OTHERS, [poolId, batchId]);
	return added;
}

const UNIQUE_VIOLATION = '23505';

async function countDistinct(session: Session): Promise<number> {
	const [{ count }] = await session.query<{ count: number }>(
		'select count(distinct code)::int as count from pg_temp.staged_codes',
	);
	return count;
}

/** Last, since it keeps the pool's front locked until the commit. */
const LOWER_FRONT = `
	insert into :schema.fronts (pool_id, expires_at, batch_id, line)
	select $1, min(expires_at), $2, 0 from pg_temp.staged_codes
	${lowersFront}`;

/**
 * What is known is looked for first, by itself: a Citus cluster does not join the staged codes, which only the
 * coordinator has, with those of the pool.
 */
const insertCodesText = (onConflict: string) => `
	with known as materialized (
		select code from :schema.codes
		where pool_id = $1 and copy = 1 and code in (select code from pg_temp.staged_codes)
	), added as (
		insert into :schema.codes (pool_id, code, batch_id, line, expires_at)
		select distinct on (staged.code) $1::bigint, staged.code, $2::bigint, staged.line, staged.expires_at
		from pg_temp.staged_codes as staged
		where not exists (select from known where known.code = staged.code)
		order by staged.code, staged.line
		${onConflict}
		returning code, expires_at
	), by_hour as materialized (
		select ${hourOf('expires_at')} as expires_hour, count(*) as codes, min(code) as first, max(code) as last
		from added group by 1
	), tallied as (
		insert into :schema.tallies (pool_id, batch_id, expires_hour, available)
		select $1, $2, expires_hour, codes from by_hour
	)
	select coalesce(sum(codes), 0)::int as added, min(first) as "firstCode", max(last) as "lastCode" from by_hour`;

const INSERT_CODES = insertCodesText('');

const INSERT_CODES_BESIDE_OTHERS = insertCodesText('on conflict (pool_id, code, copy) do nothing');
