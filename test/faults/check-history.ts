import type {
	AssignRequest,
	AssignResult,
	RemovedCode,
	StockReport,
	UploadReport,
} from '../../lib';
import type { Database } from '../../lib/database/database';
import { expectSumsToHold } from '../support/sums';
import { answered, type Entry } from './history';
import { expectLedgerToReplay } from '../support/replay';
import { UPLOADED, type LoadedPool } from './workload';

/** An assignment as it stands in the table. */
interface Held {
	id: string;
	recipient: string;
	campaign: string;
	code: string;
	redeemed: boolean;
	released: boolean;
	requestId: string | null;
}

/** Checks, when all is quiet, what the callers saw and what is stored against what must always hold. */
export async function expectHistoryToHold(
	database: Database,
	pools: readonly LoadedPool[],
	history: readonly Entry[],
): Promise<void> {
	expectClearErrors(history);
	expectReportsToAddUp(history);
	for (const { pool, options } of pools) {
		const ofPool = history.filter(({ call }) => call.args[0] === pool.id);
		const held = await readHeld(database, pool.id);
		expectAnswersToLast(held, ofPool);
		expectPolicy(held, options, ofPool);
		if (pool.type === 'unique') {
			await expectUploadsWhole(database, pool.id, ofPool);
		}
		await expectSumsToHold(database, pool.id);
		await expectLedgerToReplay(database, pool.id);
	}
}

const UNCLEAR = ['not ours', 'database_failed', 'invalid_input'];

/** Every error is one of ours, and says what to do. */
function expectClearErrors(history: readonly Entry[]): void {
	const strange = history.flatMap(({ call, outcome }) =>
		outcome.kind === 'error' && (outcome.hint === '' || UNCLEAR.includes(outcome.code))
			? [{ method: call.method, ...outcome }]
			: [],
	);
	expect(strange).toEqual([]);
}

/** Nothing is lost, at any moment: every report that somebody got adds up. */
function expectReportsToAddUp(history: readonly Entry[]): void {
	const reports = answered<StockReport[]>(history, 'checkThreshold').flatMap(
		({ answer }) => answer,
	);
	for (const report of reports) {
		const { insideCutoff, reserved, assigned, removed, expiredUnassigned, upcoming, total } =
			report;
		const stock = (report.available ?? 0) + insideCutoff + upcoming;
		expect(stock + reserved + assigned + removed + expiredUnassigned).toBe(total);
	}
}

async function readHeld(database: Database, poolId: string): Promise<Map<string, Held>> {
	const rows = await database.query<Held>(
		`select held.id, recipient, campaign, held.code, redeemed_at is not null as redeemed,
			released_at is not null as released, events.request_id as "requestId"
		from :schema.assignments as held
		join :schema.events on events.pool_id = held.pool_id and events.assignment_id = held.id and kind = 'assigned'
		where held.pool_id = $1
		order by held.id`,
		[poolId],
	);
	return new Map(rows.map((row) => [row.id, row]));
}

/** What somebody was told is true: each assignment, redemption and release that was answered is stored. */
function expectAnswersToLast(held: ReadonlyMap<string, Held>, history: readonly Entry[]): void {
	const answerOf = new Map<string, string>();
	for (const { args, answer } of answered<AssignResult[]>(history, 'assign')) {
		for (const [item, given] of answer.entries()) {
			const { recipient, requestId = '' } = (args[1] as AssignRequest[])[item];
			if (given.code === null || given.assignmentId === null) {
				continue;
			}
			expect(held.get(given.assignmentId)).toMatchObject({ recipient, code: given.code });
			// The same request is answered by the same assignment, however often it is asked.
			expect(answerOf.get(requestId) ?? given.assignmentId).toBe(given.assignmentId);
			answerOf.set(requestId, given.assignmentId);
		}
	}
	for (const { args } of answered(history, 'release')) {
		expect(held.get(args[1] as string)).toMatchObject({ released: true });
	}
	for (const { args } of answered(history, 'redeem')) {
		expect(held.get(args[1] as string)).toMatchObject({ redeemed: true });
	}
}

/** No recipient has more than the pool's rule allows, and no code had two holders at a time. */
function expectPolicy(
	held: ReadonlyMap<string, Held>,
	options: LoadedPool['options'],
	history: readonly Entry[],
): void {
	const all = [...held.values()];
	const requests = new Set(all.map(({ requestId }) => requestId));
	expect(requests.size).toBe(all.length);
	expect(all.filter(({ redeemed, released }) => redeemed && released)).toEqual([]);
	const asked = new Set(
		history.flatMap(({ call }) =>
			call.method === 'assign'
				? (call.args[1] as AssignRequest[]).map(({ requestId }) => requestId)
				: [],
		),
	);
	expect([...requests].filter((id) => id !== null && !asked.has(id))).toEqual([]);
	if (options.ifAlreadyAssigned === 'alwaysNew') {
		return;
	}
	const counting = all.filter(
		({ redeemed, released }) =>
			!released && !(options.ifAlreadyAssigned === 'sameUntilRedeemed' && redeemed),
	);
	const keys = counting.map(({ recipient, campaign }) =>
		options.scope === 'pool' ? recipient : `${recipient} ${campaign}`,
	);
	expect(keys.filter((key, index) => keys.indexOf(key) !== index)).toEqual([]);
}

/** A batch is stored whole or not at all; and once, however often it was sent. */
async function expectUploadsWhole(
	database: Database,
	poolId: string,
	history: readonly Entry[],
): Promise<void> {
	const rows = await database.query<{ name: string; codes: number; batches: number }>(
		`select split_part(code, '-', 1) as name, count(*)::int as codes, count(distinct batch_id)::int as batches
		from :schema.codes
		where pool_id = $1 and code like $2 and state <> 'removed'
			or pool_id = $1 and code like $2 and copy = 0
		group by 1`,
		[poolId, `${UPLOADED}%`],
	);
	const stored = new Map(rows.map((row) => [row.name, row]));
	const sent = new Map<string, number>();
	for (const { call } of history) {
		if (call.method === 'uploadCodes') {
			const text = call.args[1] as string;
			sent.set(text.slice(0, text.indexOf('-')), text.split('\n').length);
		}
	}
	for (const [name, { codes }] of stored) {
		// What was removed could be uploaded again, and then stands there twice.
		expect(codes).toBeGreaterThanOrEqual(sent.get(name) ?? Infinity);
	}
	for (const { args, answer } of answered<UploadReport>(history, 'uploadCodes')) {
		const count = (args[1] as string).split('\n').length;
		expect(answer.added + answer.alreadyInPool).toBe(count);
		expect(stored.has((args[1] as string).split('-', 1)[0])).toBe(true);
	}
	for (const { answer } of answered<RemovedCode[]>(history, 'removeCodes')) {
		expect(answer).toHaveLength(4);
	}
}
