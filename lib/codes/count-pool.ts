import type { Session } from '../database/database';
import { countStock } from '../stock/count-stock';
import type { UploadReport } from './upload-report';

/** How the pool stands: all codes that were ever added, and those that can be given now. */
export async function countPool(
	session: Session,
	poolId: string,
): Promise<Pick<UploadReport, 'poolTotal' | 'poolAvailable'>> {
	const [{ total, available }] = await countStock(session, [poolId], 0);
	return { poolTotal: total, poolAvailable: available };
}
