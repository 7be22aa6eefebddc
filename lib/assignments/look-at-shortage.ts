import type { Session } from '../database/database';
import type { Pool } from '../pools/pool';
import { fromFrontOn } from '../stock/front';
import type { NoCodeReason } from './coupon';

/**
 * Why a claim found no code; `none` if there are codes after all, which others had locked at that moment
 * and may still give back.
 */
export async function lookAtShortage(session: Session, pool: Pool): Promise<NoCodeReason | 'none'> {
	const [row] = await session.query<{ reason: NoCodeReason | 'none' }>(
		looks[pool.type === 'shared' ? 'shared' : 'unique'],
		[pool.id],
	);
	return row.reason;
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
with current as (
	select * from :schema.shared_codes
	where pool_id = $1 and begins_at <= now() and now() < ends_at and expires_at > now()
	order by begins_at limit 1
)
select case
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
