import type { Session } from '../database/database';
import { isStorable } from '../texts/is-storable';

/** A code that a shop reports, and who used it. */
export interface UsedCode {
	readonly code: string;
	/** Up to two spellings of the customer, either of which may stand in the pools. None if unknown. */
	readonly customers: readonly string[];
}

/** An assignment that the code may mean; or, without an id, the code in the stock, given to nobody. */
export interface Candidate {
	/** Index of the used code. */
	readonly used: number;
	/** Spelt as the shop reports it; otherwise it differs in upper and lower case. */
	readonly exact: boolean;
	readonly poolId: string;
	readonly pool: string;
	readonly assignmentId: string | null;
	readonly code: string;
	readonly recipient: string | null;
	/** Whether the customer is its recipient. */
	readonly own: boolean;
	/** Whether nobody else can hold it. */
	readonly unique: boolean;
	readonly redeemedAt: Date | null;
	readonly orderId: string | null;
}

/** Where codes are looked for: in all pools if both are left out, archived ones too, since their codes may still be used. */
export interface WhereToLook {
	poolId?: string;
	merchant?: string;
}

/**
 * All that the codes may refer to, in one statement: for each pool, the customer's assignments, up to two of others
 * (enough to see that there are several), and whether the code is in its stock.
 *
 * A shop may take a code in upper or lower case and report it as it was typed. So it is looked up as it is, in upper
 * case, in lower case, and among codes of mixed case, which have an index of their own. As in the database, only ASCII
 * letters have two cases here.
 */
export async function findUsedCodes(
	session: Session,
	used: readonly UsedCode[],
	{ poolId, merchant }: WhereToLook,
): Promise<Candidate[]> {
	const spellings = used.flatMap(({ code, customers: [customer, otherwise] }, index) =>
		(isStorable(code) ? [...new Set([code, upper(code), lower(code)])] : []).map((spelling) => ({
			...{ index, spelling, customer, otherwise },
			exact: spelling === code,
		})),
	);
	if (spellings.length === 0) {
		return [];
	}
	const values = [
		spellings.map(({ index }) => index),
		spellings.map(({ spelling }) => spelling),
		spellings.map(({ exact }) => exact),
		spellings.map(({ customer }) => customer ?? null),
		spellings.map(({ otherwise }) => otherwise ?? null),
		poolId ?? null,
		merchant ?? null,
	];
	const inFew = poolId !== undefined || (await arePoolsFew(session, spellings.length, merchant));
	return await session.query<Candidate>(inFew ? FIND_IN_FEW_POOLS : FIND_IN_MANY_POOLS, values);
}

/** So many look-ups take 2 ms, no longer than planning the other statement takes. */
const FEW_LOOKS = 200;

/** Whether there are so few pools that looking up each code in each of them is fast. */
async function arePoolsFew(session: Session, codes: number, merchant?: string): Promise<boolean> {
	if (codes >= FEW_LOOKS) {
		return false;
	}
	const most = Math.floor(FEW_LOOKS / codes);
	const [{ count }] = await session.query<{ count: number }>(COUNT_POOLS, [
		merchant ?? null,
		most + 1,
	]);
	return count <= most;
}

function upper(code: string): string {
	return code.replaceAll(/[a-z]/g, (letter) => letter.toUpperCase());
}

function lower(code: string): string {
	return code.replaceAll(/[A-Z]/g, (letter) => letter.toLowerCase());
}

/**
 * The first and the last code among these entries of each of the pools; each of the two is one entry of an index. The
 * last is looked up only where there is a first.
 */
const endsOf = (
	name: string,
	pools: string,
	text: string,
	entries: string,
) => `${name}_first as materialized (
		select fronts.pool_id, (select min(${text}) from ${entries}) as first
		from sought
		join :schema.fronts on fronts.pool_id = any (sought.${pools})
	), ${name} as materialized (
		select fronts.pool_id, first, (select max(${text}) from ${entries}) as last
		from ${name}_first
		join :schema.fronts on fronts.pool_id = ${name}_first.pool_id
		where first is not null
	)`;

const MIXED = `:schema.assignments
			where pool_id = fronts.pool_id and released_at is null and code <> upper(code) and code <> lower(code)`;

/**
 * Which pool may have which of the codes: each pool is looked at once, however many codes there are. Looking up each
 * code in each pool took 25 s for 100 orders among 10,000 pools. An index that begins with the code would have to be
 * written to by every assignment.
 *
 * Codes that only one person can hold are looked up all at once, in the order of the index, so that one pass over it
 * does (with PostgreSQL 17 and newer; older ones look up each code). With codes that many hold, this would read
 * everybody who holds them. A pool has few such codes, and most pools have few of mixed case: of these, the first and
 * the last are looked up, and only codes between them are looked for.
 *
 * Ids and codes come as arrays of a row that is joined: the planner then assumes ten of them, however many there are,
 * and takes the index.
 */
const PLACES = `, sought as materialized (
		select coalesce(array_agg(id order by id), '{}') as pools,
			coalesce(array_agg(id order by id) filter (where type <> 'shared'), '{}') as unshared,
			coalesce(array_agg(id order by id) filter (where type = 'shared'), '{}') as shared,
			$2::text[] as codes
		from :schema.pools
		where $7::text is null or merchant = $7
	), stocked as materialized (
		select pool_id, code
		from sought
		join :schema.codes on pool_id = any (sought.unshared) and code = any (sought.codes) and copy = 1
	), ${endsOf('shared_ends', 'shared', 'code', ':schema.codes where pool_id = fronts.pool_id')}, ${endsOf(
		'uncounted_ends',
		'pools',
		'code',
		':schema.assignments where pool_id = fronts.pool_id and copy is null and released_at is null',
	)}, ${endsOf('mixed_ends', 'pools', 'lower(code)', MIXED)}, mixed as materialized (
		select fronts.pool_id, asked.code
		from mixed_ends
		join (select distinct code from asked where code = lower(code)) as asked on code >= first and code <= last
		join :schema.fronts on fronts.pool_id = mixed_ends.pool_id
		where exists (select from ${MIXED} and lower(code) = asked.code)
	), places as (
		select pool_id, code from stocked
		union
		select pool_id, code from mixed
		union
		select pool_id, asked.code from shared_ends join asked on asked.code >= first and asked.code <= last
		union
		select pool_id, asked.code from uncounted_ends join asked on asked.code >= first and asked.code <= last
	)`;

/**
 * Look-ups of one kind each, since each kind has an index of its own, and each in the order of its index. Without the
 * order, the planner expected any scan to meet the limit soon: with 500,000 assignments and no statistics, 100 orders
 * took 63 seconds.
 */
const HOLDERS = [
	'code = asked.code and copy is not null and released_at is null order by copy limit 2',
	'code = asked.code and copy is null and released_at is null order by id limit 2',
	'code = asked.code and recipient = asked.customer and released_at is null order by nth',
	'code = asked.code and recipient = asked.otherwise and released_at is null order by nth',
	`lower(code) = asked.code and code <> upper(code) and code <> lower(code) and asked.code = lower(asked.code)
				and released_at is null order by id limit 20`,
].map(
	(condition) =>
		`(select id, code, recipient, copy, redeemed_at, order_id from :schema.assignments
			where pool_id = fronts.pool_id and ${condition})`,
).join(`
			union
			`);

/**
 * @param places further steps, which find out where to look
 * @param among what joins the asked codes with the pools: by way of `fronts`, in which every pool has a row, on its own
 *   node of a Citus cluster (see `askedPools`)
 */
const find = (places: string, among: string) => `
	with asked as materialized (
		select * from unnest($1::int[], $2::text[], $3::boolean[], $4::text[], $5::text[])
			as spelt (used, code, exact, customer, otherwise)
	)${places}
	select asked.used, asked.exact and held.code = asked.code as exact, pools.id as "poolId", pools.name as pool,
		held.id as "assignmentId", held.code, held.recipient, coalesce(held.recipient in (asked.customer, asked.otherwise), false) as own,
		pools.type <> 'shared' and held.copy is not null as "unique",
		held.redeemed_at as "redeemedAt", held.order_id as "orderId"
	from asked
	${among}
	join :schema.pools on pools.id = fronts.pool_id
	cross join lateral (
		select * from (
			${HOLDERS}
		) as holders
		union all
		(
			select null, code, null, copy, null, null from :schema.codes
			where pool_id = fronts.pool_id and code = asked.code and asked.exact and copy > 0
			order by copy limit 1
		)
	) as held
	where ($6::bigint is null or fronts.pool_id = $6::bigint) and ($7::text is null or pools.merchant = $7)
	order by asked.used, pools.id, held.id`;

const FIND_IN_FEW_POOLS = find('', 'cross join :schema.fronts');

const FIND_IN_MANY_POOLS = find(
	PLACES,
	'join places on places.code = asked.code join :schema.fronts on fronts.pool_id = places.pool_id',
);

const COUNT_POOLS = `
	select count(*)::int as count from (
		select from :schema.pools where $1::text is null or merchant = $1 limit $2
	) as first`;
