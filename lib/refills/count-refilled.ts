import { isId } from '../database/check-id';
import type { Session } from '../database/database';
import { mayGive } from '../pools/is-giving';
import type { RefillReport } from './refill';

/** How the stock of a dynamic pool stands. */
export async function countRefilled(
	session: Session,
	poolId: string,
): Promise<Pick<RefillReport, 'available' | 'pending'>> {
	const [counts] = await session.query<Pick<RefillReport, 'available' | 'pending'>>(COUNT, [
		poolId,
	]);
	return counts;
}

/**
 * Whether the stock is down to where the pool is refilled, its shop has not just failed, and its codes will be given.
 * Reads no more codes than needed.
 */
export async function needsRefill(session: Session, poolId: string): Promise<boolean> {
	const [row] = isId(poolId) ? await session.query<{ needs: boolean }>(NEEDS, [poolId]) : [];
	return row?.needs ?? false;
}

const COUNT = `
	select
		(
			select count(*)::int from :schema.codes
			where pool_id = $1 and state = 'available' and expires_at > now() + pools.expiration_cutoff
		) as available,
		(select count(*)::int from :schema.refill_codes where pool_id = $1) as pending
	from :schema.pools
	where id = $1`;

const NEEDS = `
	select keep_in_stock > 0 and paused_until <= statement_timestamp() and ${mayGive} and (
		select count(*) from (
			select from :schema.codes
			where pool_id = $1 and state = 'available'
				and expires_at > now() + (select expiration_cutoff from :schema.pools where id = $1)
			limit refill_at + 1
		) as first
	) <= refill_at as needs
	from :schema.dynamic_pools
	join :schema.pools on pools.id = pool_id
	where pool_id = $1`;
