import type { Session } from '../database/database';
import { askedPools } from '../pools/asked-pools';
import type { FindRecipientsFilter } from './find-recipients';

/**
 * Where to look for recipients: in a marked pool, only those with an assignment that has the mark, which an index
 * finds; in the others, everybody with an assignment.
 */
export interface MarkedPools {
	readonly unmarked: readonly string[];
	readonly marked: readonly string[];
	/** A condition on the assignments of a pool, whose id is given in SQL. */
	mark(poolId: string): string;
}

/** With more pools, looking up in each of them what those with a mark hold takes longer than reading on. */
const MOST_POOLS = 50;

/** How many assignments with a mark are sorted for a page at most. Where there are more, the next ones are near. */
const FEW = 5_000;

/**
 * Chooses the mark. Whoever holds `atLeast` codes has one with such a number in the largest pool, or one in another
 * pool. Whoever holds a usable code has it in a pool with few usable ones, which is marked, or in another.
 */
export async function markPools(
	session: Session,
	filter: FindRecipientsFilter,
	pools: readonly string[],
): Promise<MarkedPools> {
	const { atLeast = 0, expiringWithinDays, notRedeemed } = filter;
	if (pools.length > 0 && pools.length <= MOST_POOLS) {
		if (atLeast > 1) {
			const marked = pools.length === 1 ? pools : await largest(session, pools);
			return mark(pools, marked, () => `nth > 1 and nth >= ${atLeast}`);
		}
		if (notRedeemed === true || expiringWithinDays !== undefined) {
			const isUsable = usable(expiringWithinDays);
			return mark(pools, await poolsWithFew(session, pools, isUsable), isUsable);
		}
	}
	return mark(pools, [], () => 'true');
}

function mark(
	all: readonly string[],
	marked: readonly string[],
	condition: MarkedPools['mark'],
): MarkedPools {
	return { marked, unmarked: all.filter((id) => !marked.includes(id)), mark: condition };
}

/** Neither redeemed nor taken back nor expired; none in a pool that has ended. */
function usable(expiringWithinDays: number | undefined): MarkedPools['mark'] {
	return (poolId) => {
		const ofPool = (instant: string) =>
			`(select ${instant} from :schema.pools where id = ${poolId})`;
		const after = ofPool(`case when expires_at <= now() then 'infinity' else now() end`);
		const soon = `now() + ${expiringWithinDays ?? 0} * interval '24 hours'`;
		// If the pool ends that soon, so do all of its codes.
		const until = ofPool(`case when expires_at <= ${soon} then 'infinity' else ${soon} end`);
		return `redeemed_at is null and released_at is null and expires_at > ${after}
			${expiringWithinDays === undefined ? '' : `and expires_at <= ${until}`}`;
	};
}

/** Any pool would do; with the largest, the least is read. */
async function largest(session: Session, pools: readonly string[]): Promise<string[]> {
	const rows = await session.query<{ id: string }>(
		`select pool_id as id from :schema.tallies where pool_id = any ($1::bigint[])
		group by pool_id order by sum(used) desc limit 1`,
		[pools],
	);
	return rows.map(({ id }) => id);
}

async function poolsWithFew(
	session: Session,
	pools: readonly string[],
	condition: MarkedPools['mark'],
): Promise<string[]> {
	const rows = await session.query<{ id: string }>(
		`select pool.pool_id as id
		from ${askedPools('$1')} as pool
		cross join lateral (
			select count(*) as assignments from (
				select from :schema.assignments
				where pool_id = pool.pool_id and ${condition('pool.pool_id')}
				limit ${FEW + 1}
			) as these
		) as counted
		where assignments <= ${FEW}`,
		[pools],
	);
	return rows.map(({ id }) => id);
}
