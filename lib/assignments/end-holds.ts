import type { Session } from '../database/database';
import { lowersFront } from '../stock/front';
import { tally } from '../stock/tally';

/** Per statement, since a claim may have to wait for it. */
const MOST_AT_ONCE = 10_000;

/**
 * Puts codes whose holds were not confirmed in time back into the stock: at most as many as a claim could need.
 *
 * A hold counts for nothing from the moment it ends, whenever this is done. A row that another client has locked is
 * passed over: it is being confirmed, released or ended there.
 *
 * @returns how many
 */
export async function endHolds(session: Session, poolId: string): Promise<number> {
	const rows = await session.query(END, [poolId]);
	return rows.length;
}

/** The same for all that have ended, however many. */
export async function endHoldsOf(session: Session, poolId: string): Promise<void> {
	while ((await endHolds(session, poolId)) === MOST_AT_ONCE);
}

/** The same for several pools, or all if null. */
export async function endAllHolds(
	session: Session,
	poolIds: readonly string[] | null,
): Promise<void> {
	const pools = await session.query<{ pool_id: string }>(POOLS_WITH_ENDED_HOLDS, [poolIds]);
	for (const { pool_id } of pools) {
		await endHoldsOf(session, pool_id);
	}
}

/**
 * The same for the codes in the table `staged_given`, for a transaction that takes them at once. The front is left
 * where it is: lowered, it would be locked until the commit, for which releases, uploads and all others that end holds
 * would wait.
 */
export async function endHoldsOfStaged(session: Session, poolId: string): Promise<void> {
	while ((await endSomeOfStaged(session, poolId)) === MOST_AT_ONCE);
}

async function endSomeOfStaged(session: Session, poolId: string): Promise<number> {
	const ended = await session.query<{ id: string }>(ENDED_OF_STAGED, [poolId]);
	if (ended.length === 0) {
		return 0;
	}
	const rows = await session.query(END_THESE, [poolId, ended.map(({ id }) => id)]);
	return rows.length;
}

/** Of an assignment: its hold was not confirmed in time, and its code is not back in the stock. */
const IS_OVER = 'held_until <= now() and released_at is null';

const POOLS_WITH_ENDED_HOLDS = `
	select distinct pool_id from :schema.assignments
	where ${IS_OVER} and ($1::bigint[] is null or pool_id = any ($1::bigint[]))`;

/**
 * @param which a condition on the assignments
 * @param front the step that lowers the pool's front
 */
const endText = (which: string, front: string) => `
	with over as (
		select id from :schema.assignments
		where pool_id = $1 and ${IS_OVER} and ${which}
		order by held_until
		limit ${MOST_AT_ONCE}
		for update skip locked
	), ended as (
		update :schema.assignments set released_at = now()
		from over
		where assignments.pool_id = $1 and assignments.id = over.id
		returning assignments.id, code, copy
	), returned as (
		update :schema.codes set state = 'available'
		from ended
		where codes.pool_id = $1 and codes.code = ended.code and codes.copy = ended.copy
		returning codes.expires_at, codes.batch_id, codes.line
	), tallied as (
		${tally('returned', { available: 'count(*)', reserved: '-count(*)' })}
	)${front}
	insert into :schema.events (pool_id, kind, assignment_id, code, copy)
	select $1, 'hold_ended', id, code, copy from ended
	returning id`;

const END = endText(
	'true',
	`, front as (
		insert into :schema.fronts (pool_id, expires_at, batch_id, line)
		select $1, expires_at, batch_id, line from returned order by expires_at, batch_id, line limit 1
		${lowersFront}
	)`,
);

const END_THESE = endText('id = any ($2::bigint[])', '');

/** On its own: in the statement that ends them, a Citus cluster reads the staged codes wrongly (13.2). */
const ENDED_OF_STAGED = `
	select id from :schema.assignments
	where pool_id = $1 and ${IS_OVER}
		and code in (select code from pg_temp.staged_given)
	limit ${MOST_AT_ONCE}`;
