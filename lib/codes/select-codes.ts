import { isId } from '../database/check-id';
import type { Session } from '../database/database';
import type { Placed, PlacePart } from '../database/page';
import { type Condition, condition, Where } from '../database/where';
import type { CodeState, ListedCode } from './listed-code';

/** Which codes of a pool, from where on, and how many at most. */
export interface WantedCodes {
	readonly state: CodeState | undefined;
	readonly batch: ListedBatch | undefined;
	/** How the code begins; empty for all. */
	readonly search: string;
	readonly place: readonly string[] | undefined;
	readonly limit: number;
}

export interface ListedBatch {
	readonly id: string;
	readonly added: number;
	/** Null for one that was stored before this was noted. */
	readonly first_code: string | null;
	readonly last_code: string | null;
}

export const STATES: readonly CodeState[] = [
	'available',
	'expired',
	'reserved',
	'removed',
	'assigned',
];

export async function findBatch(
	session: Session,
	poolId: string,
	batchId: string,
): Promise<ListedBatch | null> {
	if (!isId(batchId)) {
		return null;
	}
	const [batch = null] = await session.query<ListedBatch>(
		'select id, added, first_code, last_code from :schema.batches where pool_id = $1 and id = $2',
		[poolId, batchId],
	);
	return batch;
}

interface Order {
	readonly columns: string;
	readonly place: string;
	readonly parts: readonly PlacePart[];
	behind(place: readonly string[]): Condition;
}

const BY_CODE: Order = {
	columns: 'key.code, key.copy',
	place: 'array[key.code, key.copy::text]',
	parts: ['text', 'number'],
	behind: ([code, copy]) => condition`(key.code, key.copy) > (${code}, ${copy}::int)`,
};

/**
 * In the order of the index `codes_available`: in that of the codes, 10,000,000 were read to find that none had expired
 * (7 s).
 */
const BY_EXPIRY: Order = {
	columns: 'key.expires_at, key.batch_id, key.line, key.code',
	place: 'array[key.expires_at::text, key.batch_id::text, key.line::text, key.code]',
	parts: ['instant', 'number', 'number', 'text'],
	behind: ([expiresAt, batchId, line, code]) =>
		condition`(key.expires_at, key.batch_id, key.line, key.code)
			> (${expiresAt}::timestamptz, ${batchId}::bigint, ${line}::int, ${code})`,
};

export function orderOf(state: CodeState | undefined): Order {
	return state === 'expired' ? BY_EXPIRY : BY_CODE;
}

/**
 * Batches of up to so many codes are gathered and sorted. In a larger one, the next codes are soon found among others.
 */
const GATHERED = 50_000;

export async function selectCodes(
	session: Session,
	poolId: string,
	{ state, batch, search, place, limit }: WantedCodes,
): Promise<Array<Placed<ListedCode>>> {
	const order = orderOf(state);
	const where = new Where([poolId]);
	if (batch !== undefined) {
		where.and(condition`batch_id = ${batch.id}`);
		if (batch.first_code !== null && batch.last_code !== null) {
			where.and(condition`key.code >= ${batch.first_code} and key.code <= ${batch.last_code}`);
		}
	}
	if (search !== '') {
		// Codes are compared by their bytes: up to the last character there is.
		where.and(condition`key.code >= ${search} and key.code < ${`${search}\u{10ffff}`}`);
	}
	if (place !== undefined) {
		where.and(order.behind(place));
	}
	const most = where.value(limit);
	let from: string;
	if (batch !== undefined && batch.added <= GATHERED) {
		from = fromCodes(codesOfBatch(where.value(batch.id)), where.text, { state, order, most });
	} else if (state === 'assigned') {
		from = fromHolders(where.text);
	} else {
		from = fromCodes(':schema.codes', where.text, { state, order, most });
	}
	return await session.query<Placed<ListedCode>>(
		`select key.code, ${order.place} as place, codes.batch_id as "batchId", codes.expires_at as "expiresAt",
			case when codes.state = 'available' and least(codes.expires_at, pools.expires_at) <= now()
				then 'expired' else codes.state end as state,
			held.recipient, held.id as "assignmentId", held.assigned_at as "assignedAt", held.redeemed_at as "redeemedAt"
		${from}
		order by ${order.columns}
		limit ${most}`,
		where.values,
	);
}

/** By the BRIN index of batches; `offset 0` keeps the limit from leading the planner elsewhere. */
function codesOfBatch(batchId: string): string {
	return `(select * from :schema.codes where pool_id = $1 and batch_id = ${batchId} offset 0)`;
}

/**
 * The page is chosen before its holders are looked up. If it knew the limit, the planner would sort a pool of up to 200
 * times as many rather than read on in order.
 */
function fromCodes(
	codes: string,
	which: string,
	{ state, order, most }: { state: CodeState | undefined; order: Order; most: string },
): string {
	return `
		from (
			select key.*
			from ${codes} as key
			where key.pool_id = $1 and ${which} and ${state === undefined ? 'true' : IN_STATE[state]}
			order by ${order.columns}
			limit (select ${most}::int)
		) as key
		cross join lateral (select key.*) as codes
		join :schema.pools on pools.id = $1
		left join lateral (
			select * from :schema.assignments
			where pool_id = $1 and code = key.code and copy = key.copy and released_at is null
			limit 1
		) as held on true`;
}

const IN_STATE: Readonly<Record<CodeState, string>> = {
	available: `key.state = 'available' and key.expires_at > now()
		and (select expires_at from :schema.pools where id = $1) > now()`,
	expired: `key.state = 'available' and key.expires_at <= (
		select case when expires_at <= now() then 'infinity' else now() end from :schema.pools where id = $1
	)`,
	reserved: `key.state = 'reserved'`,
	removed: `key.state = 'removed'`,
	assigned: `key.state = 'assigned'`,
};

/**
 * Assigned codes are found by their holders, which have an index. By laterals with a limit: a join became a merge of
 * both tables, read from their beginning, which took 137 ms for a page in the middle of 1,000,000 codes; this takes 3
 * ms (300,000 codes, PostgreSQL 18).
 */
function fromHolders(which: string): string {
	return `
		from :schema.assignments as key
		cross join lateral (select key.*) as held
		cross join lateral (
			select * from :schema.codes where pool_id = $1 and code = key.code and copy = key.copy limit 1
		) as codes
		join :schema.pools on pools.id = $1
		where key.pool_id = $1 and ${which} and codes.state = 'assigned'
			and held.released_at is null and held.copy is not null`;
}
