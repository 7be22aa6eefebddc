/**
 * The rows of the asked pools that there are, as `pool_id` and the columns of `pools`, for statements that look
 * something up for each of several pools.
 *
 * By way of `fronts`, where every pool has a row. In a Citus cluster the pools are on all nodes, and all else on the
 * node of its pool; it refuses to count, or to look for the first, for each row of a table that is everywhere, since
 * no node has all of it to count.
 *
 * @param ids a parameter, as `$1`: an array of ids
 */
export function askedPools(ids: string): string {
	return `(
		select fronts.pool_id, pools.* from :schema.fronts
		join :schema.pools on pools.id = fronts.pool_id
		where fronts.pool_id = any (${ids}::bigint[])
	)`;
}
