/** Of the row of a pool, in SQL: whether it gives codes, or will when it begins. */
export const mayGive =
	'pools.active and pools.archived_at is null and pools.expires_at > now() + pools.expiration_cutoff';

/** Of the same: whether it gives codes now. */
export const isGiving = `${mayGive} and pools.begins_at <= now()`;
