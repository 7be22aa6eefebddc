import { isId } from '../database/check-id';
import type { Session } from '../database/database';
import { checkLimit, pageOf, type PageRequest, type Placed, readPlace } from '../database/page';
import { invalidInput } from '../errors';
import { poolNotFound } from '../pools/find-pool';
import type { Assignment } from './assignment';
import { type AssignmentFilter, filterConditions } from './assignment-filter';
import {
	BY_ID,
	BY_TIME,
	type PassedOver,
	selectOfPool,
	selectOfPoolsBehind,
	type Wanted,
} from './select-assignments';

/**
 * A page of assignments, pool by pool, each in the order in which they were given; `next` is null on the last one.
 *
 * @throws CouponPoolsError `invalid_input`; `pool_not_found`
 */
export async function listAssignments(
	session: Session,
	filter: AssignmentFilter & PageRequest = {},
): Promise<{ assignments: Assignment[]; next: string | null }> {
	const { poolId } = filter;
	if (poolId !== undefined && !isId(poolId)) {
		throw poolNotFound(poolId);
	}
	const limit = checkLimit(filter.limit);
	const order = filter.from === undefined && filter.until === undefined ? BY_ID : BY_TIME;
	const wanted: Wanted = {
		conditions: filterConditions(filter),
		order,
		limit: limit + 1,
		passedOver: passedOver(filter),
	};
	const place = readPlace(filter.after, ['number', ...order.parts]);
	const rows: Array<Placed<Assignment>> = [];
	const first = place === undefined ? poolId : poolOf(place, poolId);
	if (first !== undefined) {
		const behind = place === undefined ? [] : [order.behind(place.slice(1))];
		const conditions = [...wanted.conditions, ...behind];
		rows.push(...(await selectOfPool(session, first, { ...wanted, conditions })));
	}
	if (poolId === undefined && rows.length <= limit) {
		const rest = { ...wanted, limit: wanted.limit - rows.length };
		rows.push(...(await selectOfPoolsBehind(session, first ?? '0', rest)));
	}
	const page = pageOf<Assignment>(rows, limit);
	return { assignments: page.rows, next: page.next };
}

function passedOver({ released, redeemed }: AssignmentFilter): PassedOver {
	if (released === true || redeemed === true) {
		return 'nothing';
	}
	return redeemed === false ? 'used' : 'taken back';
}

/** @throws CouponPoolsError `invalid_input` if it is the place of another pool's list */
function poolOf([place]: readonly string[], poolId: string | undefined): string {
	if (poolId !== undefined && BigInt(poolId) !== BigInt(place)) {
		throw invalidInput(
			`The list of pool ${poolId} cannot go on behind a place of pool ${place}`,
			'Pass on the `next` of the same list.',
		);
	}
	return place;
}
