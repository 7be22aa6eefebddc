import type { Session } from '../database/database';
import { hourOf } from '../stock/tally';

/** What is known of a batch before its codes are stored. */
export interface BatchFacts {
	readonly fileName: string;
	/** SHA-256 of the content, as hexadecimal digits; null if there was none, as with generated codes. */
	readonly contentHash: string | null;
	readonly received: number;
	readonly invalid: number;
}

/** What became of a batch's codes. */
export interface BatchCounts {
	readonly added: number;
	readonly duplicatesInFile: number;
	readonly alreadyInPool: number;
	readonly inOtherPools: number;
	/** In the order of their bytes; null if none was added. */
	readonly firstCode: string | null;
	readonly lastCode: string | null;
}

/** The latest batch of the pool that came from the very same content and was not undone. */
export async function findSameFile(
	session: Session,
	poolId: string,
	contentHash: string | null,
): Promise<{ batchId: string; uploadedAt: Date } | null> {
	const [batch = null] = await session.query<{ batchId: string; uploadedAt: Date }>(
		FIND_SAME_FILE,
		[poolId, contentHash],
	);
	return batch;
}

/** Begins a batch; its codes are counted when they are stored. @returns its id */
export async function insertBatch(
	session: Session,
	poolId: string,
	{ fileName, contentHash, received, invalid }: BatchFacts,
): Promise<string> {
	const values = [poolId, storable(fileName), contentHash, received, invalid];
	const [{ id }] = await session.query<{ id: string }>(INSERT_BATCH, values);
	return id;
}

/** A file's name is for people to recognize it by: characters that cannot be stored are left out. */
function storable(fileName: string): string {
	return [...fileName.toWellFormed().replaceAll(/\p{Cc}/gu, '')].slice(0, 255).join('');
}

/** A batch that codes are added to, and how many it had received before: their lines are numbered on from that. */
export interface OpenBatch {
	readonly id: string;
	readonly before: number;
}

/** The batch that codes are to be stored as: a new one; or, for what is made on the spot, that of the hour. */
export async function openBatch(
	session: Session,
	poolId: string,
	facts: BatchFacts,
	{ onTheSpot }: { onTheSpot: boolean },
): Promise<OpenBatch> {
	return onTheSpot
		? await growBatch(session, poolId, facts)
		: { id: await insertBatch(session, poolId, facts), before: 0 };
}

/**
 * For codes made on the spot: the pool's latest batch, if such codes began it in this hour and it was not undone; or a
 * new one.
 */
async function growBatch(
	session: Session,
	poolId: string,
	facts: Pick<BatchFacts, 'fileName' | 'received' | 'invalid'>,
): Promise<OpenBatch> {
	const values = [poolId, storable(facts.fileName), facts.received, facts.invalid];
	const [grown] = await session.query<OpenBatch>(GROW_BATCH, values);
	if (grown !== undefined) {
		return grown;
	}
	const [{ id }] = await session.query<{ id: string }>(BEGIN_BATCH, values);
	return { id, before: 0 };
}

/** Adds the counts to those of the batch, which may grow. */
export async function countBatch(
	session: Session,
	poolId: string,
	batchId: string,
	{ added, duplicatesInFile, alreadyInPool, inOtherPools, firstCode, lastCode }: BatchCounts,
): Promise<void> {
	const counts = [added, duplicatesInFile, alreadyInPool, inOtherPools];
	await session.query(COUNT_BATCH, [poolId, batchId, ...counts, firstCode, lastCode]);
}

/** For a batch that added nothing. */
export async function deleteBatch(
	session: Session,
	poolId: string,
	batchId: string,
): Promise<void> {
	await session.query(DELETE_BATCH, [poolId, batchId]);
}

const FIND_SAME_FILE = `
	select id as "batchId", created_at as "uploadedAt"
	from :schema.batches
	where pool_id = $1 and content_hash = $2 and undone_at is null
	order by id desc
	limit 1`;

const INSERT_BATCH = `
	insert into :schema.batches (pool_id, file_name, content_hash, received, added, invalid)
	values ($1, $2, $3, $4, 0, $5)
	returning id`;

/**
 * Locks the batch until the commit: of two that add to it, or one that undoes it, the second sees what the first did.
 */
const GROW_BATCH = `
	update :schema.batches set received = received + $3::int, invalid = invalid + $4::int
	where pool_id = $1 and id = (select id from :schema.batches where pool_id = $1 order by id desc limit 1)
		and file_name = $2 and grows_until > now() and undone_at is null
	returning id, received - $3::int as before`;

const BEGIN_BATCH = `
	insert into :schema.batches (pool_id, file_name, received, added, invalid, grows_until)
	values ($1, $2, $3, 0, $4, ${hourOf('now()')} + interval '1 hour')
	returning id`;

const COUNT_BATCH = `
	update :schema.batches
	set added = added + $3::int, duplicates_in_file = duplicates_in_file + $4::int,
		already_in_pool = already_in_pool + $5::int, in_other_pools = in_other_pools + $6::int,
		first_code = least(first_code, $7), last_code = greatest(last_code, $8)
	where pool_id = $1 and id = $2`;

const DELETE_BATCH = 'delete from :schema.batches where pool_id = $1 and id = $2';
