import type { Database } from '../database/database';
import { TurnLost, type Refill, type RefillPlan } from './refill';

/**
 * Notes how far a refill is, and that its process is alive.
 *
 * @throws TurnLost if another process has taken it up meanwhile
 */
export async function keepRefill(
	database: Database,
	{ poolId, id, worker }: Refill,
	{ leaseSeconds }: Pick<RefillPlan, 'leaseSeconds'>,
	{ jobId, pushes }: { jobId: string | null; pushes: number },
): Promise<void> {
	const kept = await database.query(KEEP, [poolId, id, worker, jobId, pushes, leaseSeconds]);
	if (kept.length === 0) {
		throw new TurnLost();
	}
}

/** Leaves a refill for the next one to take up at once. */
export async function leaveRefill(
	database: Database,
	{ poolId, id, worker }: Refill,
): Promise<void> {
	await database.query(LEAVE, [poolId, id, worker]);
}

/** Forgets a refill of which the shop has made nothing. */
export async function dropRefill(
	database: Database,
	{ poolId, id, worker }: Refill,
): Promise<void> {
	await database.query(DROP, [poolId, id, worker]);
}

const KEEP = `
	update :schema.refills
	set shop_job_id = $4, pushes = $5, worker_until = statement_timestamp() + $6::float8 * interval '1 second'
	where pool_id = $1 and id = $2 and worker = $3
	returning id`;

const LEAVE = `
	update :schema.refills set worker_until = '-infinity'
	where pool_id = $1 and id = $2 and worker = $3`;

const DROP = `
	with dropped as (
		delete from :schema.refills where pool_id = $1 and id = $2 and worker = $3 returning id
	)
	delete from :schema.refill_codes
	where pool_id = $1 and refill_id in (select id from dropped)`;
