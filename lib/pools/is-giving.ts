/** SQL on a row of `pools`: whether the pool gives codes, or will when it begins. */
export const mayGive =
	'pools.active and pools.archived_at is null and pools.expires_at > now() + pools.expiration_cutoff';

/** SQL on the same: whether it gives codes now. */
export const isGiving = `${mayGive} and pools.begins_at <= now()`;
