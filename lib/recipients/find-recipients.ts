import type { Session } from '../database/database';
import { checkLimit, pageOf, readPlace, type PageRequest, type Placed } from '../database/page';
import { condition, Where } from '../database/where';
import { invalidInput } from '../errors';
import { findPool } from '../pools/find-pool';

/** A recipient by what they hold. Codes that were taken back do not count. */
export interface FoundRecipient {
	readonly recipient: string;
	readonly codes: number;
	readonly redeemed: number;
	/** Neither redeemed nor expired. */
	readonly usable: number;
	readonly lastAssignedAt: Date;
	/** When the next of the usable ones expires; null if none does. */
	readonly nextExpiry: Date | null;
}

export interface FindRecipientsFilter extends PageRequest {
	/** Only codes of this pool count. Default: all pools. */
	poolId?: string;
	/** Least and most codes held. */
	atLeast?: number;
	atMost?: number;
	/** Only those with a code that is neither redeemed nor expired. */
	notRedeemed?: boolean;
	/** Only those with such a code that expires within so many days (of 24 hours). */
	expiringWithinDays?: number;
}

/**
 * A page of the recipients to whom all of the conditions apply, in the order of their names; `next` is null on
 * the last one. Erased ones are left out.
 *
 * @throws CouponPoolsError `invalid_input`; `pool_not_found`
 */
export async function findRecipients(
	session: Session,
	filter: FindRecipientsFilter = {},
): Promise<{ recipients: FoundRecipient[]; next: string | null }> {
	const { poolId, atLeast, atMost, expiringWithinDays } = filter;
	const limit = checkLimit(filter.limit);
	const place = readPlace(filter.after, ['text']);
	checkCounts({ 'Least Codes': atLeast, 'Most Codes': atMost, Days: expiringWithinDays });
	if (poolId !== undefined) {
		await findPool(session, { id: poolId });
	}

	const where = new Where();
	where.and(condition`released_at is null and erased_at is null`);
	if (poolId !== undefined) {
		where.and(condition`held.pool_id = ${poolId}`);
	}
	if (place !== undefined) {
		where.and(condition`recipient > ${place[0]}`);
	}
	const counted = new Where(where.values);
	if (atLeast !== undefined) {
		counted.and(condition`codes >= ${atLeast}::int`);
	}
	if (atMost !== undefined) {
		counted.and(condition`codes <= ${atMost}::int`);
	}
	if (filter.notRedeemed === true) {
		counted.and(condition`usable > 0`);
	}
	if (expiringWithinDays !== undefined) {
		counted.and(
			condition`"nextExpiry" <= now() + ${expiringWithinDays}::float8 * interval '24 hours'`,
		);
	}
	const rows = await session.query<Placed<FoundRecipient>>(
		`select recipient, codes, redeemed, usable, "lastAssignedAt", "nextExpiry", array[recipient] as place
		from (
			select recipient, count(*)::int as codes, count(redeemed_at)::int as redeemed,
				(count(*) filter (where usable))::int as usable,
				max(assigned_at) as "lastAssignedAt", min(expiry) filter (where usable) as "nextExpiry"
			from (
				select recipient, assigned_at, redeemed_at,
					least(held.expires_at, pools.expires_at) as expiry,
					redeemed_at is null and least(held.expires_at, pools.expires_at) > now() as usable
				from :schema.assignments as held
				join :schema.pools on pools.id = held.pool_id
				where ${where.text}
			) as held
			group by recipient
		) as found
		where ${counted.text}
		order by recipient
		limit ${where.value(limit + 1)}`,
		where.values,
	);
	const page = pageOf<FoundRecipient>(rows, limit);
	return { recipients: page.rows, next: page.next };
}

function checkCounts(counts: Readonly<Record<string, number | undefined>>): void {
	for (const [field, count] of Object.entries(counts)) {
		if (count !== undefined && !(Number.isInteger(count) && count >= 0 && count <= 1_000_000)) {
			throw invalidInput(`${field} is ${count}`, 'Give a whole number from 0 to 1,000,000.');
		}
	}
}
