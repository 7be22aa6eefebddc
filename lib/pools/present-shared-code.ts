// SQL on a row of `shared_codes`, and on `pool`, the row of its pool.

/** Whether it is the code that the pool gives at present: there are never two at a time. */
export const isPresent = `shared_codes.begins_at <= now() and now() < shared_codes.ends_at and shared_codes.expires_at > now()`;

/** Until when it is valid, for a recipient who gets it now. */
export const validUntil = 'coalesce(now() + shared_codes.expires_after, shared_codes.expires_at)';

/** Whether recipients would have enough time to use it. */
export const isOutsideCutoff = `least(${validUntil}, pool.expires_at) > now() + pool.expiration_cutoff`;
