import { endHoldsOf } from '../assignments/end-holds';
import type { Database } from '../database/database';
import { retried } from '../database/retry';
import { invalidInput } from '../errors';
import { findPool } from '../pools/find-pool';
import { isStorable } from '../texts/is-storable';
import { expectUnique } from './expect-unique';
import { takeOut } from './take-out';

/** What became of a code that was to be removed. */
export interface RemovedCode {
	readonly code: string;
	readonly removed: boolean;
	/** Why it was not. */
	readonly reason?: 'unknown_code' | 'reserved' | 'assigned' | 'already_removed';
}

const MOST_CODES = 100_000;

/**
 * Takes codes out of the stock for good. A code that somebody holds stays; one that was removed can be uploaded
 * again, as a new one.
 *
 * @returns an answer for each code, in the order given
 * @throws CouponPoolsError `pool_not_found`; `wrong_pool_type`; `invalid_input`
 */
export async function removeCodes(
	database: Database,
	poolId: string,
	codes: readonly string[],
): Promise<RemovedCode[]> {
	expectUnique(await findPool(database, { id: poolId }), 'Its codes');
	const asked = codes.map((code) => code.trim());
	if (asked.length > MOST_CODES) {
		throw invalidInput(
			`${asked.length} codes are to be removed; at most ${MOST_CODES} are possible at once`,
			'Split them, or undo their batch.',
		);
	}
	// What cannot be stored was never added, and would be an error of the database.
	const storable = asked.filter(isStorable);
	await retried(async () => await endHoldsOf(database, poolId));
	const removed = await retried(async () => await takeOut(database, poolId, storable));
	const gone = new Set(removed);
	const rest = await database.query<{ code: string; state: string }>(STATES, [
		poolId,
		storable.filter((code) => !gone.has(code)),
	]);
	const stateOf = new Map(rest.map(({ code, state }) => [code, state]));
	return asked.map((code) =>
		gone.has(code)
			? { code, removed: true }
			: { code, removed: false, reason: reasonOf(stateOf.get(code)) },
	);
}

function reasonOf(state: string | undefined): RemovedCode['reason'] {
	switch (state) {
		case undefined:
			return 'unknown_code';
		case 'assigned':
		case 'reserved':
			return state;
		default:
			return 'already_removed';
	}
}

/** If a code was removed and uploaded again, the row of copy 1 is the present one. */
const STATES = `
	select distinct on (code) code, state
	from :schema.codes
	where pool_id = $1 and code = any ($2::text[])
	order by code, copy desc`;
