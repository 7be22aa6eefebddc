import { endHolds } from '../assignments/end-holds';
import type { Database, Session } from '../database/database';
import { foldTallies } from './fold-tallies';
import { raiseFront } from './front';

/**
 * Codes taken before it is worth tidying: a claim then reads at most this many dead entries, in a tenth of a
 * millisecond; the tidying takes longer.
 */
const CODES_BETWEEN = 200;

const takenSince = new WeakMap<Database, Map<string, number>>();

/** To be told how many codes were taken; every few hundred codes, it tidies up after them. */
export async function tidyInTime(database: Database, poolId: string, taken: number): Promise<void> {
	const counts = takenSince.get(database) ?? new Map<string, number>();
	takenSince.set(database, counts);
	const count = (counts.get(poolId) ?? 0) + taken;
	counts.set(poolId, count < CODES_BETWEEN ? count : 0);
	if (count >= CODES_BETWEEN) {
		await tidy(database, poolId);
	}
}

/**
 * Sums up rows of `tallies` until they are few: codes that are redeemed, confirmed or released leave rows, too, and
 * `tidyInTime` counts only codes that are taken. It works in short transactions, since uploads and releases wait for
 * each.
 */
export async function foldAllTallies(database: Database, poolId: string): Promise<void> {
	for (let more = true; more; ) {
		more = await database.transaction(
			async (session) => (await lockFront(session, poolId)) && (await foldTallies(session, poolId)),
		);
	}
}

async function tidy(database: Database, poolId: string): Promise<void> {
	await database.transaction(async (session) => {
		if (!(await lockFront(session, poolId))) {
			return;
		}
		await endHolds(session, poolId);
		await raiseFront(session, poolId);
		await foldTallies(session, poolId);
	});
}

/** @returns false if another client is at it */
async function lockFront(session: Session, poolId: string): Promise<boolean> {
	// Does not exclude uploads, which only keep the pool from being deleted.
	const locked = await session.query(
		'select pool_id from :schema.fronts where pool_id = $1 for no key update skip locked',
		[poolId],
	);
	return locked.length > 0;
}
