import type { Session } from '../database/database';
import type { UploadReport } from './upload-report';

/** How the pool stands: all codes that were ever added, and those that can be given now. */
export async function countPool(
	session: Session,
	poolId: string,
): Promise<Pick<UploadReport, 'poolTotal' | 'poolAvailable'>> {
	const [counts] = await session.query<Pick<UploadReport, 'poolTotal' | 'poolAvailable'>>(COUNT, [
		poolId,
	]);
	return counts;
}

/** The batches know the total; what is available is counted in the index of just these. */
const COUNT = `
	select
		(select coalesce(sum(added), 0)::float8 from :schema.batches where pool_id = $1) as "poolTotal",
		(
			select count(*)::float8
			from :schema.codes
			where pool_id = $1 and state = 'available' and expires_at > now() + pools.expiration_cutoff
		) as "poolAvailable"
	from :schema.pools
	where id = $1`;
