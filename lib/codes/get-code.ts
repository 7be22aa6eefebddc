import type { Session } from '../database/database';
import { CouponPoolsError } from '../errors';
import { findPool } from '../pools/find-pool';
import { isStorable } from '../texts/is-storable';
import { expectUnique } from './expect-unique';
import type { CodeState } from './listed-code';

/** All that is known of a code of a unique pool. */
export interface CodeReport {
	readonly code: string;
	readonly pool: string;
	readonly state: CodeState;
	readonly expiresAt: Date | null;
	readonly batch: { readonly id: string; readonly fileName: string; readonly addedAt: Date };
	/** Who holds it; null if nobody does. */
	readonly holder: CodeHolder | null;
	/** Its life from the ledger, the oldest first; at most 1,000 events. */
	readonly history: readonly CodeEvent[];
}

export interface CodeHolder {
	readonly recipient: string;
	readonly campaign: string;
	readonly assignmentId: string;
	readonly assignedAt: Date;
	readonly redeemedAt: Date | null;
	readonly orderId: string | null;
}

export interface CodeEvent {
	/** `added`, `assigned`, `repeated`, `imported`, `reserved`, `confirmed`, `hold_ended`, `released`, `redeemed`, `removed`… */
	readonly kind: string;
	readonly at: Date;
	readonly recipient: string | null;
	readonly assignmentId: string | null;
}

/**
 * State, holder, batch and history of a code.
 *
 * @throws CouponPoolsError `pool_not_found`; `wrong_pool_type`; `code_not_found`
 */
export async function getCode(session: Session, poolId: string, code: string): Promise<CodeReport> {
	const pool = await findPool(session, { id: poolId });
	expectUnique(pool, 'Its codes');
	const text = code.trim();
	const [row] = isStorable(text) ? await session.query<CodeRow>(GET, [poolId, text]) : [];
	if (row === undefined) {
		throw unknownCode(text, pool.name);
	}
	const history = await session.query<CodeEvent>(HISTORY, [poolId, text]);
	return {
		code: text,
		pool: pool.name,
		state: row.state,
		expiresAt: row.expires_at,
		batch: { id: row.batch_id, fileName: row.file_name, addedAt: row.added_at },
		holder: row.recipient === null ? null : holderOf(row, row.recipient),
		history,
	};
}

export function unknownCode(
	code: string,
	pool: string,
	kind: 'given' | 'any' = 'any',
): CouponPoolsError {
	return new CouponPoolsError(
		'code_not_found',
		`The pool ${JSON.stringify(pool)} has no code ${JSON.stringify(code.slice(0, 80))}${kind === 'given' ? ' that somebody holds' : ''}`,
		{ hint: 'Check its spelling (upper and lower case count), and the pool.' },
	);
}

interface CodeRow {
	state: CodeState;
	expires_at: Date | null;
	batch_id: string;
	file_name: string;
	added_at: Date;
	recipient: string | null;
	campaign: string;
	assignment_id: string;
	assigned_at: Date;
	redeemed_at: Date | null;
	order_id: string | null;
}

function holderOf(row: CodeRow, recipient: string): CodeHolder {
	return {
		recipient,
		campaign: row.campaign,
		assignmentId: row.assignment_id,
		assignedAt: row.assigned_at,
		redeemedAt: row.redeemed_at,
		orderId: row.order_id,
	};
}

/** If a code was removed and uploaded again, the row of copy 1 is the present one. */
const GET = `
	select
		case when codes.state = 'available' and least(codes.expires_at, pools.expires_at) <= now()
			then 'expired' else codes.state end as state,
		codes.expires_at, codes.batch_id, batches.file_name, batches.created_at as added_at,
		held.recipient, held.campaign, held.id as assignment_id, held.assigned_at, held.redeemed_at, held.order_id
	from :schema.codes
	join :schema.pools on pools.id = codes.pool_id
	join :schema.batches on batches.pool_id = codes.pool_id and batches.id = codes.batch_id
	left join :schema.assignments as held
		on held.pool_id = codes.pool_id and held.code = codes.code and held.copy = codes.copy and held.released_at is null
	where codes.pool_id = $1 and codes.code = $2
	order by codes.copy desc
	limit 1`;

/**
 * Additions are taken from the batch, and assignments from their own row: the ledger's entry of an assignment is of the
 * same instant, and has no index by code, which would slow down every assignment. An assignment that began as a hold,
 * or was imported, has entries of another kind, which are found by its id.
 */
const HISTORY = `
	with held as (
		select id, recipient, assigned_at from :schema.assignments
		where pool_id = $1 and code = $2 and copy is not null and released_at is null
		union all
		select id, recipient, assigned_at from :schema.assignments
		where pool_id = $1 and code = $2 and copy is not null and released_at is not null
	), life as (
		select 'added' as kind, batches.created_at as at, null as recipient, null::bigint as assignment_id, 0 as turn,
			null::bigint as event
		from :schema.codes
		join :schema.batches on batches.pool_id = $1 and batches.id = codes.batch_id
		where codes.pool_id = $1 and codes.code = $2
		union all
		select 'assigned', assigned_at, recipient, id, 1, null from held
		where not exists (
			select from :schema.events
			where events.pool_id = $1 and assignment_id = held.id and kind <> 'assigned' and kind in ('reserved', 'imported')
		)
		union all
		select events.kind, events.at, held.recipient, held.id, 2, events.id
		from held
		join :schema.events on events.pool_id = $1 and events.assignment_id = held.id and events.kind <> 'assigned'
		union all
		select kind, at, null, null, 3, id from :schema.events where pool_id = $1 and code = $2 and kind = 'removed'
	)
	select kind, at, recipient, assignment_id as "assignmentId" from life
	order by at, turn, event
	limit 1000`;
