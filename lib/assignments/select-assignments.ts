import type { Session } from '../database/database';
import type { Placed, PlacePart } from '../database/page';
import { type Condition, condition, Where } from '../database/where';
import type { Assignment } from './assignment';

/** What is wanted of each pool. */
export interface Wanted {
	readonly conditions: readonly Condition[];
	readonly order: Order;
	/** Rows at most. */
	readonly limit: number;
	/** What has to be passed over, and may be nearly everything. */
	readonly passedOver: PassedOver;
}

/** `used`: those that were redeemed or taken back. */
export type PassedOver = 'nothing' | 'taken back' | 'used';

interface Order {
	/** An index has the assignments of a pool in this order. */
	readonly columns: string;
	readonly place: string;
	readonly parts: readonly PlacePart[];
	behind(place: readonly string[]): Condition;
}

export const BY_ID: Order = {
	columns: 'held.id',
	place: 'held.id::text',
	parts: ['number'],
	behind: ([id]) => condition`id > ${id}::bigint`,
};

/** Ids are in the order of storing, but imported assignments may have been given at any time. */
export const BY_TIME: Order = {
	columns: 'held.assigned_at, held.id',
	place: 'held.assigned_at::text, held.id::text',
	parts: ['instant', 'number'],
	behind: ([at, id]) => condition`(assigned_at, id) > (${at}::timestamptz, ${id}::bigint)`,
};

/** SQL of the rows of the pools to look into, given parameter 1, and of the id of each. */
interface Pools {
	readonly rows: string;
	readonly id: string;
}

const ONE: Pools = {
	rows: '(select id as pool_id, * from :schema.pools where id = $1)',
	id: '$1',
};

const BEHIND: Pools = {
	rows: `(
			select fronts.pool_id, pools.* from :schema.fronts
			join :schema.pools on pools.id = fronts.pool_id
			where fronts.pool_id > $1
			order by fronts.pool_id
		)`,
	id: 'pools.pool_id',
};

export async function selectOfPool(
	session: Session,
	poolId: string,
	wanted: Wanted,
): Promise<Array<Placed<Assignment>>> {
	return await select(session, ONE, poolId, wanted);
}

/** Of the pools with higher ids than this one, pool by pool until there are enough. */
export async function selectOfPoolsBehind(
	session: Session,
	poolId: string,
	wanted: Wanted,
): Promise<Array<Placed<Assignment>>> {
	return await select(session, BEHIND, poolId, wanted);
}

/** A page of each pool is chosen before anything is joined: when joined first, all assignments were read and sorted. */
async function select(
	session: Session,
	pools: Pools,
	poolId: string,
	{ conditions, order, limit, passedOver }: Wanted,
): Promise<Array<Placed<Assignment>>> {
	const where = new Where([poolId]);
	conditions.forEach((each) => where.and(each));
	// If it knew the number, the planner would sort a pool of up to 200 times as many rather than read on in order.
	const most = where.value(limit);
	const page = (from: string, only: string) => `(
			select * from ${from} as held
			where held.pool_id = ${pools.id} and ${only} and ${where.text}
			order by ${order.columns} limit (select ${most}::int)
		)`;
	return await session.query<Placed<Assignment>>(
		`select held.id, held.pool_id as "poolId", pools.merchant, pools.name as pool, recipient, campaign, code, source,
			assigned_at as "assignedAt", array[held.pool_id::text, ${order.place}] as place,
			least(held.expires_at, pools.expires_at) as "expiresAt",
			redeemed_at as "redeemedAt", order_id as "orderId", released_at as "releasedAt"
		from ${pools.rows} as pools
		${FROM[passedOver](pools.id, page)}
		order by pools.pool_id, ${order.columns}
		limit ${most}`,
		where.values,
	);
}

/** SQL of a page of the assignments in `from` for which `only` is true. */
type PageOf = (from: string, only: string) => string;

const ALL = ':schema.assignments';

/** Few enough to read all of them for a page; where there are more, the next ones are soon found among others. */
const FEW = 5_000;

const UNUSED = `redeemed_at is null and released_at is null and expires_at >= '-infinity'`;

/**
 * Usually the next of the wanted assignments are near, and are found by reading through all of the pool. But where
 * nearly all were redeemed, or nearly all were holds that have ended, the wanted ones are few and far between (500,000
 * assignments read for a page: 0.2 s); then these few are gathered by the index that has only them.
 */
const FROM: Readonly<Record<PassedOver, (pool: string, page: PageOf) => string>> = {
	nothing: (_, page) => `cross join lateral ${page(ALL, 'true')} as held`,
	used: (pool, page) => `
		cross join lateral ${moreThanFew(pool, UNUSED)} as unused
		cross join lateral (
			${page(unusedOf(pool), 'not unused.more')} union all ${page(ALL, 'unused.more')}
		) as held`,
	'taken back': (pool, page) => `
		cross join lateral ${moreThanFew(pool, 'released_at is not null')} as released
		cross join lateral ${moreThanFew(pool, `released.more and ${UNUSED}`)} as unused
		cross join lateral (select released.more and not unused.more as rare) as standing
		cross join lateral (
			${page(unusedOf(pool), 'standing.rare')}
			union all ${page(ALL, 'standing.rare and redeemed_at is not null')}
			union all ${page(ALL, 'not standing.rare')}
		) as held`,
};

function moreThanFew(pool: string, which: string): string {
	return `(
			select count(*) > ${FEW} as more
			from (select from :schema.assignments where pool_id = ${pool} and ${which} limit ${FEW + 1}) as these
		)`;
}

/** By the index, whatever the planner makes of the limit outside. */
function unusedOf(pool: string): string {
	return `(select * from :schema.assignments where pool_id = ${pool} and ${UNUSED} offset 0)`;
}
