import type { Session } from '../database/database';
import { CouponPoolsError } from '../errors';
import { findPool } from './find-pool';

/** A code of a shared pool, and the time in which it is given. */
export interface SharedCode {
	readonly id: string;
	readonly code: string;
	/** `upcoming`: not given yet; `used_up`: assigned as often as it may be; `ended`: over, or expired. */
	readonly status: 'current' | 'upcoming' | 'used_up' | 'ended';
	/** Null: from the start. */
	readonly beginsAt: Date | null;
	/** Null: no end. */
	readonly endsAt: Date | null;
	/** When it expires for everybody; null for never, or where it expires so many days after assignment. */
	readonly expiresAt: Date | null;
	/** Days (of 24 hours). */
	readonly expiresAfterDays: number | null;
	/** Null: no limit. */
	readonly maxAssignments: number | null;
	/** Recipients who hold it now, or have it on hold. */
	readonly assigned: number;
	/** How many more can be assigned; null: no limit. */
	readonly available: number | null;
}

/**
 * The codes of a shared pool in the order of their times.
 *
 * @throws CouponPoolsError `pool_not_found`; `wrong_pool_type`
 */
export async function listSharedCodes(session: Session, poolId: string): Promise<SharedCode[]> {
	const { name, type } = await findPool(session, { id: poolId });
	expectShared(name, type);
	return await session.query<SharedCode>(LIST, [poolId]);
}

/** @throws CouponPoolsError `wrong_pool_type` */
export function expectShared(name: string, type: string): void {
	if (type !== 'shared') {
		throw new CouponPoolsError(
			'wrong_pool_type',
			`The pool ${JSON.stringify(name)} is ${type}: it has no shared codes`,
			{ hint: 'Choose a shared pool.' },
		);
	}
}

export function unknownSharedCode(id: string): CouponPoolsError {
	return new CouponPoolsError(
		'code_not_found',
		`The pool has no shared code with the id ${JSON.stringify(id)}`,
		{ hint: 'Get Many of Shared Code lists those that it has.' },
	);
}

/**
 * Where a code has a limit, its copies tell how often it was assigned. Without a limit there are no copies; if the same
 * code stands in several rows, its assignments are then told apart by their time.
 */
const LIST = `
	with sharing as (
		select *,
			case when row_number() over same = 1 then '-infinity' else begins_at end as counts_from,
			coalesce(lead(begins_at) over same, 'infinity') as counts_until
		from :schema.shared_codes
		where pool_id = $1
		window same as (partition by code order by begins_at)
	), counted as (
		select sharing.*, stock.available, stock.held + uncounted.held as assigned
		from sharing
		cross join lateral (
			select count(*) filter (where state = 'available')::float8 as available,
				count(*) filter (where state in ('assigned', 'reserved'))::float8 as held
			from :schema.codes
			where pool_id = $1 and code = sharing.code and batch_id = sharing.batch_id
		) as stock
		cross join lateral (
			select count(*)::float8 as held
			from :schema.assignments
			where pool_id = $1 and code = sharing.code and copy is null and released_at is null and source = 'pool'
				and assigned_at >= counts_from and assigned_at < counts_until
		) as uncounted
	)
	select batch_id as id, code,
		case
			when ends_at <= now() or expires_at <= now() then 'ended'
			when begins_at > now() then 'upcoming'
			when max_assignments is not null and available = 0 then 'used_up'
			else 'current'
		end as status,
		begins_at as "beginsAt", ends_at as "endsAt", expires_at as "expiresAt",
		(extract(epoch from expires_after) / 86400)::float8 as "expiresAfterDays",
		max_assignments as "maxAssignments", assigned,
		case when max_assignments is not null then available end as available
	from counted
	order by begins_at, batch_id`;
