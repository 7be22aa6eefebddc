import type { Session } from '../database/database';
import { checkLimit, pageOf, readPlace, type PageRequest, type Placed } from '../database/page';
import { condition, Where } from '../database/where';
import { invalidInput } from '../errors';
import { findPool } from '../pools/find-pool';
import type { Pool } from '../pools/pool';

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
 * It reads the assignments in the order of their recipients, piece by piece, until the page is full: joined and
 * grouped at once, 500,000 assignments took 0.5 s a page.
 *
 * @throws CouponPoolsError `invalid_input`; `pool_not_found`
 */
export async function findRecipients(
	session: Session,
	filter: FindRecipientsFilter = {},
): Promise<{ recipients: FoundRecipient[]; next: string | null }> {
	const { poolId, atLeast, atMost, expiringWithinDays } = filter;
	const limit = checkLimit(filter.limit);
	let place = readPlace(filter.after, ['text'])?.[0] ?? null;
	checkCounts({ 'Minimum Codes': atLeast, 'Maximum Codes': atMost, Days: expiringWithinDays });
	const pool = poolId === undefined ? null : await findPool(session, { id: poolId });
	const pools = pool === null ? await allPools(session) : [pool.id];
	const mark = pool === null ? '' : markOf(filter, pool);
	const found: Array<Placed<FoundRecipient>> = [];
	for (let size = FIRST_PIECE; ; size = Math.min(size * 4, LARGEST_PIECE)) {
		const end = await endOfPiece(session, mark, { pools, place, size });
		found.push(...(await readPiece(session, filter, mark, { pools, place, end })));
		place = end;
		if (place === null || found.length > limit) {
			const page = pageOf<FoundRecipient>(found, limit);
			return { recipients: page.rows, next: page.next };
		}
	}
}

/** Assignments that are read in one statement, of all pools together. */
const FIRST_PIECE = 1_000;
const LARGEST_PIECE = 20_000;

/** Pools of which one statement asks. */
const POOLS_AT_ONCE = 50;

async function allPools(session: Session): Promise<string[]> {
	const rows = await session.query<{ id: string }>('select id from :schema.pools order by id');
	return rows.map(({ id }) => id);
}

/**
 * What one of the assignments of whoever is looked for must have, and an index finds; nothing if there is no such
 * mark. Whoever holds so many codes of a pool has one with such a number; whoever has one that is about to expire…
 * unless the pool itself ends that soon, and all of its codes with it.
 */
function markOf({ atLeast = 0, expiringWithinDays }: FindRecipientsFilter, pool: Pool): string {
	if (atLeast > 1) {
		return `nth > 1 and nth >= ${atLeast}`;
	}
	if (expiringWithinDays === undefined || endsWithin(pool, expiringWithinDays + 1)) {
		return '';
	}
	return `redeemed_at is null and released_at is null and expires_at < 'infinity'
		and expires_at > now() and expires_at <= now() + ${expiringWithinDays} * interval '24 hours'`;
}

function endsWithin({ expiresAt }: Pool, days: number): boolean {
	return expiresAt !== null && expiresAt.getTime() <= Date.now() + days * 86_400_000;
}

/** The recipient up to whom every pool has at most its share of the piece to read; null where that is all. */
async function endOfPiece(
	session: Session,
	mark: string,
	{ pools, place, size }: { pools: readonly string[]; place: string | null; size: number },
): Promise<string | null> {
	const share = Math.max(20, Math.floor(size / Math.max(1, pools.length)));
	const ends: string[] = [];
	for (let start = 0; start < pools.length; start += POOLS_AT_ONCE) {
		const asked = pools.slice(start, start + POOLS_AT_ONCE);
		const shares = asked.map(
			(_, index) => `(
				select recipient from :schema.assignments
				where pool_id = $${index + 3} and ($1::text is null or recipient > $1::text) ${mark === '' ? '' : `and ${mark}`}
				order by recipient offset $2 limit 1
			)`,
		);
		const [{ end }] = await session.query<{ end: string | null }>(
			`select min(recipient) as "end" from (${shares.join(' union all ')}) as ends`,
			[place, share, ...asked],
		);
		if (end !== null) ends.push(end);
	}
	return ends.length === 0 ? null : await least(session, ends);
}

/** The database's order, which is not that of JavaScript. */
async function least(session: Session, ends: readonly string[]): Promise<string> {
	const [{ end }] = await session.query<{ end: string }>(
		'select min(recipient) as "end" from unnest($1::text[]) as ends (recipient)',
		[ends],
	);
	return end;
}

const heldIn = (where: Where) => `select * from :schema.assignments where ${where.text}`;

/** All codes of those who have one with the mark. */
const heldByThose = (where: Where, mark: string) => `
	select held.*
	from (
		select distinct recipient from :schema.assignments where ${where.text} and ${mark}
	) as chosen
	cross join lateral (
		select * from :schema.assignments where pool_id = $1 and recipient = chosen.recipient
	) as held`;

/** The recipients behind a place, up to an end, to whom the conditions apply. */
async function readPiece(
	session: Session,
	filter: FindRecipientsFilter,
	mark: string,
	{ pools, place, end }: { pools: readonly string[]; place: string | null; end: string | null },
): Promise<Array<Placed<FoundRecipient>>> {
	const { atLeast, atMost, expiringWithinDays } = filter;
	const where = new Where();
	where.and(
		pools.length === 1
			? condition`pool_id = ${pools[0]}`
			: condition`pool_id = any (${pools}::bigint[])`,
	);
	if (place !== null) {
		where.and(condition`recipient > ${place}`);
	}
	if (end !== null) {
		where.and(condition`recipient <= ${end}`);
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
	return await session.query<Placed<FoundRecipient>>(
		`with held as materialized (${mark === '' ? heldIn(where) : heldByThose(where, mark)})
		select recipient, codes, redeemed, usable, "lastAssignedAt", "nextExpiry", array[recipient] as place
		from (
			select recipient, count(*)::int as codes, count(redeemed_at)::int as redeemed,
				(count(*) filter (where redeemed_at is null and expiry > now()))::int as usable,
				max(assigned_at) as "lastAssignedAt",
				min(expiry) filter (where redeemed_at is null and expiry > now()) as "nextExpiry"
			from (
				select held.*, least(held.expires_at, pools.expires_at) as expiry
				from held join :schema.pools on pools.id = held.pool_id
				where released_at is null and erased_at is null
			) as held
			group by recipient
		) as found
		where ${counted.text}
		order by recipient`,
		where.values,
	);
}

function checkCounts(counts: Readonly<Record<string, number | undefined>>): void {
	for (const [field, count] of Object.entries(counts)) {
		if (count !== undefined && !(Number.isInteger(count) && count >= 0 && count <= 1_000_000)) {
			throw invalidInput(`${field} is ${count}`, 'Give a whole number from 0 to 1,000,000.');
		}
	}
}
