import type { Session } from '../database/database';

/** This many rows of a level become few of the next: a pool of a million single claims has some hundred rows. */
const ROWS = 100;

const HIGHEST_LEVEL = 4;

/**
 * Sums up rows of `tallies` that have become many; the session holds the pool's row of `fronts`.
 *
 * @returns whether there were some: then there may be more, since only so many are summed up at once
 */
export async function foldTallies(session: Session, poolId: string): Promise<boolean> {
	for (let level = 0; level < HIGHEST_LEVEL; level++) {
		const [{ waiting }] = await session.query<{ waiting: number }>(COUNT, [poolId, level, ROWS]);
		if (waiting < ROWS) {
			return level > 0;
		}
		await session.query(FOLD, [poolId, level]);
	}
	return true;
}

const COUNT = `
	select count(*)::int as waiting
	from (select from :schema.tallies where pool_id = $1 and level = $2 limit $3) as rows`;

/** The last week's use is asked for by the hour, earlier use not at all. */
const FOLD = `
	with folded as (
		delete from :schema.tallies
		where pool_id = $1 and level = $2 and id in (
			select id from :schema.tallies where pool_id = $1 and level = $2 order by id limit 2000
		)
		returning *
	)
	insert into :schema.tallies
		(pool_id, level, batch_id, expires_hour, available, reserved, assigned, removed, redeemed, used, used_hour)
	select $1, $2 + 1, batch_id, expires_hour,
		sum(available), sum(reserved), sum(assigned), sum(removed), sum(redeemed), 0, null
	from folded
	where batch_id is not null
	group by batch_id, expires_hour
	union all
	select $1, $2 + 1, null, null, 0, 0, 0, 0, 0, sum(used), used_hour
	from folded
	where used_hour > now() - interval '8 days'
	group by used_hour`;
