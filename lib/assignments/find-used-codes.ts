import { isStorable } from '../codes/get-code';
import type { Session } from '../database/database';

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
	/** Spelt as the shop says; else it differs in upper and lower case. */
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
 * All that the codes may mean, in one statement: of each pool, the assignments of the customer and up to two of
 * others, which is enough to see that there are several; and whether the code is in its stock.
 *
 * A shop may take a code in upper or lower case and report it as it was typed. So it is looked for as it is, in upper
 * case, in lower case, and among those of mixed case, which have an index of their own. Only the letters of ASCII have
 * two cases here, as they have for the database.
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
	return await session.query<Candidate>(FIND, [
		spellings.map(({ index }) => index),
		spellings.map(({ spelling }) => spelling),
		spellings.map(({ exact }) => exact),
		spellings.map(({ customer }) => customer ?? null),
		spellings.map(({ otherwise }) => otherwise ?? null),
		poolId ?? null,
		merchant ?? null,
	]);
}

function upper(code: string): string {
	return code.replaceAll(/[a-z]/g, (letter) => letter.toUpperCase());
}

function lower(code: string): string {
	return code.replaceAll(/[A-Z]/g, (letter) => letter.toLowerCase());
}

/**
 * Looks of one kind each, since each has an index of its own, in whose order it reads. Without the order, the planner
 * took a limit to be met soon by any scan: with 500,000 assignments and no statistics, 100 orders took 63 seconds.
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

/** By way of `fronts`, where every pool has a row on its own node of a Citus cluster (see `askedPools`). */
const FIND = `
	with asked as materialized (
		select * from unnest($1::int[], $2::text[], $3::boolean[], $4::text[], $5::text[])
			as spelt (used, code, exact, customer, otherwise)
	)
	select asked.used, asked.exact and held.code = asked.code as exact, pools.id as "poolId", pools.name as pool,
		held.id as "assignmentId", held.code, held.recipient, coalesce(held.recipient in (asked.customer, asked.otherwise), false) as own,
		pools.type <> 'shared' and held.copy is not null as "unique",
		held.redeemed_at as "redeemedAt", held.order_id as "orderId"
	from asked
	cross join :schema.fronts
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
