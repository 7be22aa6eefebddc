import type { Session } from '../database/database';
import type { Assignment } from './assignment';
import type { AssignmentFilter } from './assignment-filter';
import { csvLine } from './csv';
import { listAssignments } from './list-assignments';

const PAGE = 1000;

/**
 * The first four are named as in other suites' exports of a list's usage; a recipient has only one id here, which
 * stands for both of theirs.
 */
const COLUMNS: ReadonlyArray<
	readonly [name: string, of: (row: Assignment) => string | Date | null]
> = [
	['external_id', (row) => row.recipient],
	['user_id', (row) => row.recipient],
	['code', (row) => row.code],
	['timestamp', (row) => row.assignedAt],
	['pool', (row) => row.pool],
	['merchant', (row) => row.merchant],
	['campaign', (row) => row.campaign],
	['source', (row) => row.source],
	['expires_at', (row) => row.expiresAt],
	['redeemed_at', (row) => row.redeemedAt],
	['order_id', (row) => row.orderId],
	['released_at', (row) => row.releasedAt],
	['assignment_id', (row) => row.id],
];

/**
 * Assignments as the text of a CSV file, piece by piece: no more than a page of 1,000 is in memory. Dates are ISO 8601
 * in UTC.
 *
 * @param options.byteOrderMark begins the file with one, by which spreadsheets recognize UTF-8. Default true.
 * @throws CouponPoolsError `invalid_input`; `pool_not_found`, when the first piece is read
 */
export async function* exportAssignments(
	session: Session,
	filter: AssignmentFilter = {},
	options: { byteOrderMark?: boolean } = {},
): AsyncGenerator<string, void, undefined> {
	const head = csvLine(COLUMNS.map(([name]) => name));
	yield options.byteOrderMark === false ? head : `\ufeff${head}`;
	let after: string | undefined;
	do {
		const page = await listAssignments(session, { ...filter, after, limit: PAGE });
		yield page.assignments.map((row) => csvLine(COLUMNS.map(([, of]) => of(row)))).join('');
		after = page.next ?? undefined;
	} while (after !== undefined);
}
