/**
 * The rows of those of the asked pools that exist, as `pool_id` and the columns of `pools`, for statements that look
 * something up for each of several pools.
 *
 * By way of `fronts`, in which every pool has a row. In a Citus cluster the pools are on all nodes, and everything else
 * is on the node of its pool; for each row of a table that is on all nodes, the cluster refuses to count, or to look
 * for the first, since no node has everything that would have to be counted.
 *
 * @param ids a parameter, such as `$1`: an array of ids
 */
export function askedPools(ids: string): string {
	return `(
		select fronts.pool_id, pools.* from :schema.fronts
		join :schema.pools on pools.id = fronts.pool_id
		where fronts.pool_id = any (${ids}::bigint[])
	)`;
}
