import { setImmediate as afterThisTurn } from 'node:timers/promises';

import type { Database } from '../database/database';
import { retried } from '../database/retry';
import { claim, type Asked, type Claim, type ClaimRow } from './claim';
import { claimFirst } from './claim-first';
import { claimRepeat } from './claim-repeat';
import { FEW } from './claim-statement';

/** A request that waits for the statement in which it is asked. */
interface Waiting {
	readonly asked: Asked;
	answer(row: ClaimRow | undefined): void;
	fail(error: unknown): void;
}

/** Requests with the same pool, rule and way of asking, so that one statement can answer them. */
type Line = Waiting[];

const linesOf = new WeakMap<Database, Map<string, Line>>();

/**
 * Claims a code for one request. Requests that come to this process while a claim for the same pool is under way wait
 * for it to end, and then go together in one statement: 32 carts at once cost little more than one, and take one
 * connection. Nobody waits for more than the one statement before its own.
 *
 * @returns undefined if there is no such pool
 */
export async function claimTogether(
	database: Database,
	request: Claim,
): Promise<ClaimRow | undefined> {
	const [asked] = request.asked;
	const { poolId, rule, waitForLocked, giveDefault } = request;
	const key = JSON.stringify([poolId, rule, waitForLocked, giveDefault]);
	const lines = linesOf.get(database) ?? new Map<string, Line>();
	linesOf.set(database, lines);
	return await new Promise((answer, fail) => {
		const line = lines.get(key);
		if (line === undefined) {
			const begun: Line = [{ asked, answer, fail }];
			lines.set(key, begun);
			void serve(database, request, begun, () => lines.delete(key));
		} else {
			line.push({ asked, answer, fail });
		}
	});
}

/** @param end called as soon as the line is found empty, so that nobody joins it after that */
async function serve(
	database: Database,
	request: Claim,
	line: Line,
	end: () => void,
): Promise<void> {
	do {
		// Callers who were answered together ask for their next code together.
		await afterThisTurn();
		const turn = takeTurn(line);
		try {
			const rows = await claimTurn(database, { ...request, asked: turn.map(({ asked }) => asked) });
			turn.forEach(({ answer }, index) => answer(rows[index]));
		} catch (error) {
			turn.forEach(({ fail }) => fail(error));
		}
	} while (line.length > 0);
	end();
}

/**
 * The first requests of the line. A request id belongs to one recipient: one that comes with another recipient waits.
 */
function takeTurn(line: Line): Waiting[] {
	const recipients = new Map<string, string>();
	let count = 0;
	for (; count < Math.min(line.length, FEW); count++) {
		const { recipient, requestId } = line[count].asked;
		if (requestId !== null) {
			if ((recipients.get(requestId) ?? recipient) !== recipient) {
				break;
			}
			recipients.set(requestId, recipient);
		}
	}
	return line.splice(0, count);
}

/** A request that comes alone is mostly its recipient's first, or a repeat: for these there are short statements. */
async function claimTurn(database: Database, request: Claim): Promise<ClaimRow[]> {
	// The same request id twice at once undoes the later statement, as a deadlock does.
	return await retried(async () => {
		const row =
			request.asked.length === 1
				? ((await claimFirst(database, request)) ?? (await claimRepeat(database, request)))
				: undefined;
		return row === undefined ? await claim(database, request) : [row];
	});
}
