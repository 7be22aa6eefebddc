import { isId } from '../database/check-id';
import type { Session } from '../database/database';
import { checkLimit, pageOf, readPlace, type PageRequest, type Placed } from '../database/page';
import { condition, Where } from '../database/where';
import { readInstant } from '../dates/read-date';
import { invalidInput } from '../errors';
import { checkText } from '../texts/check-text';
import { poolNotFound } from '../pools/find-pool';
import { assignmentsOfCampaign } from '../reports/assignments-of-campaign';
import { checkRequest } from './check-requests';

/** That a recipient holds, or held, a code. */
export interface Assignment {
	readonly id: string;
	readonly poolId: string;
	readonly merchant: string;
	readonly pool: string;
	readonly recipient: string;
	readonly campaign: string;
	readonly code: string;
	readonly source: 'pool' | 'default';
	readonly assignedAt: Date;
	/** The code's or the pool's, whichever comes first; null for never. */
	readonly expiresAt: Date | null;
	readonly redeemedAt: Date | null;
	readonly orderId: string | null;
	/** When the code was taken back; null while it is held. */
	readonly releasedAt: Date | null;
}

export interface AssignmentFilter {
	/** Default: all pools. */
	poolId?: string;
	recipient?: string;
	campaign?: string;
	source?: 'pool' | 'default';
	redeemed?: boolean;
	/** Assigned at this instant or later; a date without a time is its first moment. */
	from?: Date | string;
	/** Assigned before this instant ends; a date without a time is its last moment. */
	until?: Date | string;
	/** For dates without a time. Default UTC. */
	timezone?: string;
	/** Those taken back, too. Default false. */
	released?: boolean;
}

/**
 * A page of assignments, pool by pool, each in the order in which they were given; `next` is null on the last one.
 *
 * @throws CouponPoolsError `invalid_input`; `pool_not_found`
 */
export async function listAssignments(
	session: Session,
	filter: AssignmentFilter & PageRequest = {},
): Promise<{ assignments: Assignment[]; next: string | null }> {
	const limit = checkLimit(filter.limit);
	const place = readPlace(filter.after, ['number', 'number']);
	const where = conditions(filter);
	if (place !== undefined) {
		where.and(
			filter.poolId === place[0]
				? condition`held.id > ${place[1]}::bigint`
				: condition`(held.pool_id, held.id) > (${place[0]}::bigint, ${place[1]}::bigint)`,
		);
	}
	// The page is chosen before its pools are looked up: joined first, all assignments were read and sorted.
	const rows = await session.query<Placed<Assignment>>(
		`select held.id, held.pool_id as "poolId", pools.merchant, pools.name as pool, recipient, campaign, code, source,
			assigned_at as "assignedAt", array[held.pool_id::text, held.id::text] as place,
			least(held.expires_at, pools.expires_at) as "expiresAt",
			redeemed_at as "redeemedAt", order_id as "orderId", released_at as "releasedAt"
		from (
			select * from :schema.assignments as held
			where ${where.text}
			order by pool_id, id
			limit ${where.value(limit + 1)}
		) as held
		join :schema.pools on pools.id = held.pool_id
		order by held.pool_id, held.id`,
		where.values,
	);
	const page = pageOf<Assignment>(rows, limit);
	return { assignments: page.rows, next: page.next };
}

function conditions(filter: AssignmentFilter): Where {
	const { poolId, timezone = 'UTC' } = filter;
	const where = new Where();
	if (poolId !== undefined) {
		if (!isId(poolId)) {
			throw poolNotFound(poolId);
		}
		where.and(condition`held.pool_id = ${poolId}`);
	}
	if (filter.recipient !== undefined) {
		where.and(
			condition`held.recipient = ${checkRequest({ recipient: filter.recipient }).recipient}`,
		);
	}
	if (filter.campaign !== undefined) {
		const campaign = checkText(filter.campaign, { field: 'Campaign', most: 255 });
		where.and(condition`held.campaign = ${campaign}`);
		// There is no index of campaigns, which each assignment would pay for.
		if (poolId !== undefined) {
			where.and(assignmentsOfCampaign(campaign));
		}
	}
	if (filter.source !== undefined) {
		if (filter.source !== 'pool' && filter.source !== 'default') {
			throw invalidInput(
				`The source ${JSON.stringify(filter.source)} is unknown`,
				'Choose pool or default.',
			);
		}
		where.and(condition`held.source = ${filter.source}`);
	}
	// Written so that the index of redeemed ones serves.
	if (filter.redeemed === true) {
		where.and(condition`held.redeemed_at is not null`);
	}
	if (filter.redeemed === false) {
		where.and(condition`held.redeemed_at is null`);
	}
	if (filter.from !== undefined) {
		where.and(
			condition`held.assigned_at >= ${readInstant(filter.from, { timezone, edge: 'begin', field: 'From' })}`,
		);
	}
	if (filter.until !== undefined) {
		where.and(
			condition`held.assigned_at <= ${readInstant(filter.until, { timezone, edge: 'end', field: 'Until' })}`,
		);
	}
	if (filter.released !== true) {
		where.and(condition`held.released_at is null`);
	}
	return where;
}
