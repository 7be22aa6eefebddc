import type { Session, SqlValue } from '../database/database';
import { lowersFront } from '../stock/front';
import { tally } from '../stock/tally';

// A shared code with a limit has as many copies in the stock as it can be assigned times. These are statements of a
// transaction that changes the code and holds the pool's row.

/** The shared code whose copies they are. */
interface Copies {
	poolId: string;
	id: string;
	code: string;
}

/**
 * Lets the copies expire when their code is no longer given, or expires: a claim takes those with this expiry. Copies
 * that are held are included, since they may be released.
 */
export async function restock(
	session: Session,
	{ poolId, id }: Copies,
	dates: { ends_at: Date | string; expires_at: Date | string },
): Promise<void> {
	await session.query(RESTOCK, [poolId, id, dates.ends_at, dates.expires_at]);
	await session.query(LOOK_FROM_THE_START, [poolId]);
}

export async function addCopies(
	session: Session,
	{ poolId, id, code }: Copies,
	count: number,
): Promise<void> {
	await session.query(ADD_COPIES, [poolId, id, code, count]);
}

/**
 * Removes copies that nobody holds, and records that in the ledger. A copy that is being given at this moment is waited
 * for, and stays if it was given.
 *
 * @param count at most; all of them if left out
 * @returns how many were removed
 */
export async function takeOutCopies(
	session: Session,
	{ poolId, id, code }: Copies,
	count?: number,
): Promise<number> {
	const all: SqlValue = null;
	const values = [poolId, id, code, count ?? all];
	const [{ removed }] = await session.query<{ removed: number }>(TAKE_OUT, values);
	return removed;
}

/** Keeps copies from being given meanwhile, and waits for those that are being given at this moment. */
export async function lockCopies(session: Session, { poolId, id }: Copies): Promise<void> {
	await session.query(LOCK, [poolId, id]);
}

/** For a code that nobody was given yet, whose copies are locked. */
export async function renameCopies(
	session: Session,
	{ poolId, id, code }: Copies,
	after: string,
): Promise<void> {
	await session.query(RENAME, [poolId, id, code, after]);
}

const RESTOCK = `
	with before as materialized (
		select code, copy, expires_at, state
		from :schema.codes
		where pool_id = $1 and batch_id = $2 and expires_at <> least($3::timestamptz, $4::timestamptz)
		for update
	), moved as (
		update :schema.codes set expires_at = least($3::timestamptz, $4::timestamptz)
		from before
		where codes.pool_id = $1 and codes.code = before.code and codes.copy = before.copy
		returning codes.batch_id, codes.expires_at, before.expires_at as expired_at, codes.state
	), left_hours as (
		${tally('(select batch_id, expired_at as expires_at, state from moved) as moved', byState('-'))}
	)
	${tally('moved', byState(''))}`;

function byState(sign: '' | '-') {
	const of = (state: string) => `${sign}count(*) filter (where state = '${state}')`;
	return {
		available: of('available'),
		reserved: of('reserved'),
		assigned: of('assigned'),
		removed: of('removed'),
	};
}

/** With other dates, the order of the stock is another, in which the front may stand too far on. */
const LOOK_FROM_THE_START = `
	insert into :schema.fronts (pool_id, expires_at, batch_id, line)
	values ($1, '-infinity', 0, 0)
	${lowersFront}`;

const ADD_COPIES = `
	with copies as (
		insert into :schema.codes (pool_id, code, copy, expires_at, batch_id, line)
		select $1, $3, so_far.copy + turn, least(ends_at, shared_codes.expires_at), $2, so_far.line + turn
		from :schema.shared_codes, generate_series(1, $4::int) as turn, (
			select coalesce(max(copy), 0) as copy, coalesce(max(line) filter (where batch_id = $2), 0) as line
			from :schema.codes where pool_id = $1 and code = $3
		) as so_far
		where shared_codes.pool_id = $1 and shared_codes.batch_id = $2
		returning batch_id, expires_at
	), tallied as (
		${tally('copies', { available: 'count(*)' })}
	)
	update :schema.batches set added = added + $4::int where pool_id = $1 and id = $2`;

/** The last ones first. */
const TAKE_OUT = `
	with chosen as materialized (
		select code, copy from :schema.codes
		where pool_id = $1 and code = $3 and batch_id = $2 and state = 'available'
		order by line desc
		limit $4
		for update
	), gone as (
		update :schema.codes set state = 'removed'
		from chosen
		where codes.pool_id = $1 and codes.code = chosen.code and codes.copy = chosen.copy
		returning codes.code, codes.copy, codes.batch_id, codes.expires_at
	), tallied as (
		${tally('gone', { available: '-count(*)', removed: 'count(*)' })}
	), logged as (
		insert into :schema.events (pool_id, kind, code, copy)
		select $1, 'removed', code, copy from gone
	)
	select count(*)::int as removed from gone`;

const LOCK = `
	select count(*) from (
		select from :schema.codes where pool_id = $1 and batch_id = $2 and state = 'available' order by line for update
	) as locked`;

/** Copies that were taken out stay what they were. */
const RENAME = `
	update :schema.codes
	set code = $4, copy = renamed.turn + (
		select coalesce(max(copy), 0) from :schema.codes where pool_id = $1 and code = $4
	)
	from (
		select code, copy, row_number() over (order by line) as turn
		from :schema.codes
		where pool_id = $1 and code = $3 and batch_id = $2 and state = 'available'
	) as renamed
	where codes.pool_id = $1 and codes.code = renamed.code and codes.copy = renamed.copy`;
