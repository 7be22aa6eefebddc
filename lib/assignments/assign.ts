import type { Database } from '../database/database';
import { CouponPoolsError } from '../errors';
import { findPool, poolNotFound } from '../pools/find-pool';
import type { Pool } from '../pools/pool';
import { typeOfPool } from '../pools/pool-type';
import { tidyInTime } from '../stock/tidy';
import { checkRequests, requestIdOfAnother, type CheckedRequest } from './check-requests';
import { checkRule } from './check-rule';
import type { Claim, ClaimRow, Rule } from './claim';
import { claimMany } from './claim-many';
import { claimTogether } from './claim-together';
import { confirmHeld, type RepeatedHold } from './confirm';
import type { AssignOptions, AssignRequest, AssignResult, Coupon } from './coupon';
import { lookAtShortage } from './look-at-shortage';
import { noCoupon } from './no-coupon';

/** Items per statement: on PostgreSQL 18 with 2 cores, more of them were no faster. */
const CHUNK = 10_000;
/**
 * Statements at a time, each of which keeps one core busy: on 2 cores, two give 1.6 times as many codes a second as
 * one, and three give fewer than two. They treat each other as two separate callers would.
 */
const LINES = 2;
/** Every round lost is one that another client won, so this is only reached if something is broken. */
const MOST_ROUNDS = 1_000;

/**
 * Gives each recipient a code, or the one that the re-issue policy lets it keep. The answers are in the order of the
 * requests.
 *
 * Two triggers at once cannot give two codes: a recipient's assignments in a pool are numbered, the number is unique,
 * and a claim (see `claim`) that finds its number taken has given nothing; asked again, it sees what the other gave.
 * The same request id always gets the same assignment, so a call may be repeated whenever its answer was lost.
 *
 * @param options.signal stops between statements; what was assigned until then stays assigned
 * @throws CouponPoolsError `invalid_input` (with the item) before anything is assigned; `pool_not_found`
 */
export async function assign(
	database: Database,
	poolId: string,
	requests: readonly AssignRequest[],
	options: AssignOptions & { signal?: AbortSignal } = {},
): Promise<AssignResult[]> {
	const checked = checkRequests(requests, options);
	const rule = checkRule(options);
	const id = String(poolId).trim();
	const pool: AskedPool = { id, type: await typeOfPool(database, id) };
	const chunks = chunksOf(checked);
	const results: AssignResult[][] = [];
	let mostlyNew = true;
	const serve = async () => {
		for (const chunk of chunks) {
			options.signal?.throwIfAborted();
			const rows = await ask(database, pool, chunk.requests, rule, { ...FIRST, mostlyNew });
			// The next requests are probably like these.
			mostlyNew = countAssigned(rows) > rows.length / 2;
			results[chunk.number] = await readChunk(database, pool, chunk, rule, rows);
		}
	};
	const lines = Math.min(LINES, Math.ceil(checked.length / CHUNK));
	// If one fails, the other stops after its statement, so nothing is still under way when this throws.
	const ends = await Promise.allSettled(Array.from({ length: lines }, serve));
	for (const end of ends) {
		if (end.status === 'rejected') {
			throw end.reason;
		}
	}
	return results.flat();
}

interface Chunk {
	readonly number: number;
	/** Index of its first request. */
	readonly offset: number;
	readonly requests: readonly CheckedRequest[];
}

/** Shared by the lines: each chunk is handed out once, and none after one has failed. */
function* chunksOf(requests: readonly CheckedRequest[]): Generator<Chunk> {
	for (let number = 0; number * CHUNK < requests.length; number++) {
		const offset = number * CHUNK;
		yield { number, offset, requests: requests.slice(offset, offset + CHUNK) };
	}
}

/** Only makes the next claims faster: if it fails, what was assigned stays assigned. */
async function tidyAfter(database: Database, poolId: string, taken: number): Promise<void> {
	await tidyInTime(database, poolId, taken).catch(() => undefined);
}

/** Reads the answers to a chunk's requests, and asks again for those that have none yet. */
async function readChunk(
	database: Database,
	pool: AskedPool,
	{ requests, offset }: Chunk,
	rule: Rule,
	firstRows: ClaimRow[],
): Promise<AssignResult[]> {
	const results = new Array<AssignResult>(requests.length);
	let open = requests.map((_, index) => index);
	let rows = firstRows;
	let way = FIRST;
	for (let round = 1; ; round++) {
		const requestIdOf = (at: number) => requests[open[at]].requestId;
		const ended = await confirmRepeated(database, pool.id, rows, requestIdOf, rule);
		const lost: number[] = [];
		const short: number[] = [];
		rows.forEach((row, at) => {
			const index = open[at];
			if (row.outcome === 'lost' || ended.has(row.assignment_id)) {
				lost.push(index);
			} else if (row.outcome === 'short') {
				short.push(index);
			} else {
				results[index] = readResult(row, requests[index], offset + index);
			}
		});
		await tidyAfter(database, pool.id, countAssigned(rows));
		if (short.length > 0) {
			const { name, defaultCode } = await findPool(database, pool);
			const shortage = await lookAtShortage(database, pool);
			if (shortage !== 'none' && (way.giveDefault || defaultCode === null)) {
				short.forEach((index) => (results[index] = noCoupon(shortage, name, requests[index])));
				short.length = 0;
			}
			way = { ...FIRST, waitForLocked: shortage === 'none', giveDefault: shortage !== 'none' };
		}
		open = [...lost, ...short].sort((one, other) => one - other);
		if (open.length === 0) {
			return results;
		}
		if (round === MOST_ROUNDS) {
			throw new CouponPoolsError(
				'database_failed',
				`${open.length} assignments found no end in ${round} rounds`,
				{
					hint: 'Try again: what was assigned stays assigned.',
				},
			);
		}
		rows = await ask(
			database,
			pool,
			open.map((index) => requests[index]),
			rule,
			way,
		);
	}
}

function countAssigned(rows: readonly ClaimRow[]): number {
	return rows.filter(({ outcome }) => outcome === 'assigned').length;
}

type AskedPool = Pick<Pool, 'id' | 'type'>;

/** How codes are looked for: first those that nobody else has locked. */
type Way = Pick<Claim, 'waitForLocked' | 'giveDefault' | 'mostlyNew'>;

const FIRST: Way = { waitForLocked: false, giveDefault: false, mostlyNew: false };

/** @throws CouponPoolsError `pool_not_found` if the pool was deleted meanwhile */
async function ask(
	database: Database,
	pool: AskedPool,
	asked: readonly CheckedRequest[],
	rule: Rule,
	way: Way,
): Promise<ClaimRow[]> {
	const request: Claim = { poolId: pool.id, poolType: pool.type, asked, rule, ...way };
	const rows =
		asked.length === 1
			? [await claimTogether(database, request)]
			: await claimMany(database, request);
	if (rows[0] === undefined) {
		throw poolNotFound(pool.id);
	}
	return rows as ClaimRow[];
}

/**
 * A code on hold that is asked for again without a hold is given for good, since it goes into a message now. The claim
 * has not recorded such a request, so one that is lost before this point is simply asked again.
 *
 * @param requestIdOf the request id that belongs to the row at an index
 * @returns the assignments whose hold had ended by then; their requests have to be asked again
 */
async function confirmRepeated(
	database: Database,
	poolId: string,
	rows: ClaimRow[],
	requestIdOf: (at: number) => string | null,
	rule: Rule,
): Promise<Set<string | null>> {
	if (rule.holdMinutes !== null) {
		return new Set();
	}
	const ids: string[] = [];
	const repeats: RepeatedHold[] = [];
	rows.forEach((row, at) => {
		const { outcome, held_until, assignment_id: assignmentId } = row;
		if (outcome === 'assigned' || held_until === null || assignmentId === null) {
			return;
		}
		ids.push(assignmentId);
		if (outcome === 'repeat') {
			repeats.push({ assignmentId, requestId: requestIdOf(at) });
		}
		row.held_until = null;
	});
	if (ids.length === 0) {
		return new Set();
	}
	const confirmed = new Set(await confirmHeld(database, poolId, ids, repeats));
	return new Set(ids.filter((id) => !confirmed.has(id)));
}

function readResult(row: ClaimRow, request: CheckedRequest, item: number): AssignResult {
	switch (row.outcome) {
		case 'assigned':
		case 'repeat':
		case 'answered':
			if (row.recipient !== null && row.recipient !== request.recipient) {
				throw requestIdOfAnother(request.requestId ?? '', item);
			}
			return readCoupon(row, request);
		case 'lost':
		case 'short':
			throw new TypeError(`${row.outcome} is no answer`);
		default:
			return noCoupon(row.outcome, row.pool, request);
	}
}

function readCoupon(row: ClaimRow, request: CheckedRequest): Coupon {
	const { assignment_id, source, code, assigned_at } = row;
	if (assignment_id === null || source === null || code === null || assigned_at === null) {
		throw new TypeError('The database answered an assignment without its columns');
	}
	return {
		code,
		expiresAt: row.expires_at,
		pool: row.pool,
		campaign: row.campaign ?? request.campaign,
		recipient: request.recipient,
		source,
		issue: row.initial ? 'initial' : 'repeat',
		assignedAt: assigned_at,
		heldUntil: row.held_until,
		redeemedAt: row.redeemed_at,
		assignmentId: assignment_id,
	};
}
