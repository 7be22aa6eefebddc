import { createHash } from 'node:crypto';

import { findSameFile } from '../batches/record-batch';
import type { Session } from '../database/database';
import { takeTurns } from '../database/take-turns';
import { checkText } from '../texts/check-text';
import type { UploadReport } from './upload-report';

/** What a request has in place of the hash of its content that an upload has; null if there is no request id. */
export function hashOfRequest(requestId: string | undefined): string | null {
	const id = checkText(requestId ?? '', { field: 'Request ID', most: 512 });
	return id === '' ? null : createHash('sha256').update(`request:${id}`).digest('hex');
}

/**
 * What was added for a request before; null if nothing was, or its batch was undone. Another call with the same request
 * id waits until this transaction ends.
 */
export async function findGenerated(
	session: Session,
	poolId: string,
	request: string,
): Promise<(Omit<UploadReport, 'poolTotal' | 'poolAvailable'> & { batchId: string }) | null> {
	await takeTurns(session, `generate ${poolId} ${request}`);
	const same = await findSameFile(session, poolId, request);
	if (same === null) {
		return null;
	}
	const [{ added }] = await session.query<{ added: number }>(ADDED, [poolId, same.batchId]);
	return {
		batchId: same.batchId,
		received: added,
		added,
		duplicatesInFile: 0,
		alreadyInPool: 0,
		inOtherPools: 0,
		invalid: 0,
		invalidRows: [],
		sameFileAs: same,
	};
}

const ADDED = 'select added from :schema.batches where pool_id = $1 and id = $2';
