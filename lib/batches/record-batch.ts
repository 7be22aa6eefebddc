import type { Session } from '../database/database';

/** What is known of a batch before its codes are stored. */
export interface BatchFacts {
	readonly fileName: string;
	/** SHA-256 of the content, as hexadecimal digits; null if there was none, as where codes are generated. */
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

/** A file's name is for people to know it by: what cannot be stored of it is left out. */
function storable(fileName: string): string {
	return [...fileName.toWellFormed().replaceAll(/\p{Cc}/gu, '')].slice(0, 255).join('');
}

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

const COUNT_BATCH = `
	update :schema.batches
	set added = $3, duplicates_in_file = $4, already_in_pool = $5, in_other_pools = $6, first_code = $7, last_code = $8
	where pool_id = $1 and id = $2`;

const DELETE_BATCH = 'delete from :schema.batches where pool_id = $1 and id = $2';
