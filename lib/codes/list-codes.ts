import type { Session } from '../database/database';
import { checkLimit, pageOf, readPlace } from '../database/page';
import { findPool } from '../pools/find-pool';
import { checkChoice } from '../texts/check-choice';
import { isStorable } from '../texts/is-storable';
import { expectUnique } from './expect-unique';
import type { ListCodesFilter, ListedCode } from './listed-code';
import { findBatch, orderOf, selectCodes, STATES } from './select-codes';

/**
 * A page of a unique pool's codes, in their own order, or where expired ones are asked for, in the order in which they
 * expired; `next` is null on the last one.
 *
 * @throws CouponPoolsError `pool_not_found`; `wrong_pool_type`; `invalid_input`
 */
export async function listCodes(
	session: Session,
	poolId: string,
	filter: ListCodesFilter = {},
): Promise<{ codes: ListedCode[]; next: string | null }> {
	const { state, batchId } = filter;
	if (state !== undefined) {
		checkChoice(state, 'State', STATES);
	}
	const limit = checkLimit(filter.limit);
	const place = readPlace(filter.after, orderOf(state).parts);
	const search = String(filter.search ?? '').trim();
	expectUnique(await findPool(session, { id: poolId }), 'Its codes');
	const batch = batchId === undefined ? undefined : await findBatch(session, poolId, batchId);
	if (batch === null || !isStorable(search)) {
		return { codes: [], next: null };
	}

	const rows = await selectCodes(session, poolId, {
		state,
		batch,
		search,
		place,
		limit: limit + 1,
	});
	const page = pageOf<ListedCode>(rows, limit);
	return { codes: page.rows, next: page.next };
}
