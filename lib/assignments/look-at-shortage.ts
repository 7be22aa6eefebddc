import type { Database } from '../database/database';
import type { Pool } from '../pools/pool';
import { isOutsideCutoff, isPresent } from '../pools/present-shared-code';
import { findBeforeFront, fromFrontOn } from '../stock/front';
import type { NoCodeReason } from './coupon';
import { endHolds } from './end-holds';

/**
 * Why a claim found no code; `none` if there are codes after all: holds that have just ended, or codes which
 * others had locked at that moment and may still give back.
 */
export async function lookAtShortage(
	database: Database,
	pool: Pick<Pool, 'id' | 'type'>,
): Promise<NoCodeReason | 'none'> {
	if ((await endHolds(database, pool.id)) > 0) {
		return 'none';
	}
	const [{ reason }] = await database.query<{ reason: NoCodeReason | 'none' }>(
		looks[pool.type === 'shared' ? 'shared' : 'unique'],
		[pool.id],
	);
	return reason !== 'none' && (await findHidden(database, pool.id)) ? 'none' : reason;
}

/** Looking before the front reads all dead index entries there, so it is not done for every request. */
const SECONDS_BETWEEN_LOOKS = 60;

const lookedAt = new WeakMap<Database, Map<string, number>>();

async function findHidden(database: Database, poolId: string): Promise<boolean> {
	const looks = lookedAt.get(database) ?? new Map<string, number>();
	lookedAt.set(database, looks);
	const now = performance.now();
	if (now - (looks.get(poolId) ?? -Infinity) < SECONDS_BETWEEN_LOOKS * 1000) {
		return false;
	}
	looks.set(poolId, now);
	return await findBeforeFront(database, poolId);
}

const looks = {
	unique: `
with pool as (select expires_at, now() + expiration_cutoff as cutoff from :schema.pools where id = $1)
select case
	when (select expires_at > cutoff from pool) and exists (
		select from :schema.codes
		where pool_id = $1 and state = 'available' and ${fromFrontOn('(select cutoff from pool)')}
	) then 'none'
	when exists (
		select from :schema.codes where pool_id = $1 and state = 'available' and ${fromFrontOn('now()')}
	) then 'inside_cutoff'
	else 'out_of_stock'
end as reason`,

	shared: `
with pool as (select expires_at, expiration_cutoff from :schema.pools where id = $1), current as (
	select shared_codes.*, ${isOutsideCutoff} as outside_cutoff
	from :schema.shared_codes
	cross join pool
	where pool_id = $1 and ${isPresent}
	order by shared_codes.begins_at limit 1
)
select case
	when exists (select from current where not outside_cutoff) then 'inside_cutoff'
	when exists (select from current where max_assignments is null) or exists (
		select from :schema.codes
		where pool_id = $1 and state = 'available' and batch_id = (select batch_id from current)
			and expires_at = (select least(ends_at, expires_at) from current)
	) then 'none'
	when exists (select from current) then 'out_of_stock'
	when exists (select from :schema.shared_codes where pool_id = $1 and begins_at > now()) then 'not_started'
	when exists (select from :schema.shared_codes where pool_id = $1) then 'pool_expired'
	else 'out_of_stock'
end as reason`,
} as const;
