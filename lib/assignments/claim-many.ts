import type { Database } from '../database/database';
import { retried } from '../database/retry';
import { claim, type Claim, type ClaimRow } from './claim';
import { claimForNew } from './claim-for-new';

/** Answers all requests as `claim` does, but recipients' first ones by a faster statement. */
export async function claimMany(database: Database, request: Claim): Promise<ClaimRow[]> {
	const answers = await claimForNew(database, request);
	const open = answers.flatMap((answer, index) => (answer === undefined ? [index] : []));
	if (open.length > 0) {
		const asked = open.map((index) => request.asked[index]);
		// The same request id twice at once undoes the later statement, as a deadlock does.
		const rows = await retried(async () => await claim(database, { ...request, asked }));
		rows.forEach((row, at) => (answers[open[at]] = row));
	}
	return answers as ClaimRow[];
}
