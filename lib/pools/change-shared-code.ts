import type { Database, Session } from '../database/database';
import { invalidInput } from '../errors';
import { checkSharedCode, overlap, type CheckedSharedCode } from './add-shared-codes';
import { changingSharedCodes, readSharedCode } from './changing-shared-codes';
import type { SharedCode } from './list-shared-codes';
import type { SharedCodeSettings } from './pool';
import { addCopies, lockCopies, renameCopies, restock, takeOutCopies } from './shared-copies';

/**
 * Changes a code of a shared pool: its time, its expiry, how often it can be assigned; its text only while nobody was
 * given it. What is left out stays. Who holds it keeps it, with the expiry that it was assigned with.
 *
 * @param id the id of the shared code, as listed by `listSharedCodes`
 * @throws CouponPoolsError `pool_not_found`; `wrong_pool_type`; `code_not_found`; `invalid_input`, also for a limit
 *   below what is assigned, and for a time that overlaps another's
 */
export async function changeSharedCode(
	database: Database,
	poolId: string,
	id: string,
	changes: Partial<SharedCodeSettings>,
	options: { timezone?: string } = {},
): Promise<SharedCode> {
	return await changingSharedCodes(database, poolId, async (session) => {
		const before = await readSharedCode(session, poolId, id);
		const after = checkSharedCode(merged(before, changes), before.code, options.timezone);
		const [other] = await session.query<{ code: string }>(OVERLAPPING, [
			poolId,
			id,
			after.begins_at,
			after.ends_at,
		]);
		if (other !== undefined) {
			throw overlap(after.code, other.code);
		}
		if (after.code !== before.code) {
			await rename(session, { poolId, id, code: before.code }, after.code);
		}
		await session.query(CHANGE, [poolId, id, ...valuesOf(after)]);
		const copies = { poolId, id, code: after.code };
		await setLimit(session, copies, after, before);
		await restock(session, copies, after);
		return await readSharedCode(session, poolId, id);
	});
}

/** Setting one kind of expiry replaces the other. */
function merged(before: SharedCode, changes: Partial<SharedCodeSettings>): SharedCodeSettings {
	const { code, beginsAt, endsAt, expiresAt, expiresAfterDays, maxAssignments } = before;
	const chosen = Object.fromEntries(
		Object.entries(changes).filter(([, value]) => value !== undefined),
	);
	return {
		...{ code, beginsAt, endsAt, maxAssignments },
		...(!chosen.expiresAfterDays && { expiresAt }),
		...(!chosen.expiresAt && { expiresAfterDays }),
		...chosen,
	};
}

async function rename(
	session: Session,
	copies: { poolId: string; id: string; code: string },
	after: string,
): Promise<void> {
	await lockCopies(session, copies);
	const [given] = await session.query(GIVEN, [copies.poolId, copies.code]);
	if (given !== undefined) {
		throw invalidInput(
			`The code ${copies.code} was given already: it cannot become ${after}`,
			'Let it end, or remove it, and add the other one.',
		);
	}
	await renameCopies(session, copies, after);
}

/**
 * Puts as many copies into the stock as can still be assigned. Where there was no limit, codes that are being assigned
 * at this moment come on top.
 */
async function setLimit(
	session: Session,
	copies: { poolId: string; id: string; code: string },
	after: CheckedSharedCode,
	before: SharedCode,
): Promise<void> {
	const most = after.max_assignments;
	const wanted = most === null ? 0 : most - before.assigned;
	const added = wanted - (before.available ?? 0);
	const tooFew = (assigned: number) =>
		invalidInput(
			`${after.code} is assigned to ${assigned} recipients: ${most} is too few`,
			`Give ${assigned} or more; ${assigned} lets nobody else have it.`,
		);
	if (wanted < 0) {
		throw tooFew(before.assigned);
	}
	if (added > 0) {
		await addCopies(session, copies, added);
	}
	if (added < 0) {
		const removed = await takeOutCopies(session, copies, -added);
		if (removed < -added && most !== null) {
			// They were assigned since this transaction counted.
			throw tooFew(most - added - removed);
		}
	}
}

function valuesOf(row: CheckedSharedCode) {
	return [
		row.code,
		row.begins_at,
		row.ends_at,
		row.expires_at,
		row.expires_after,
		row.max_assignments,
	];
}

const OVERLAPPING = `
	select code from :schema.shared_codes
	where pool_id = $1 and batch_id <> $2 and begins_at < $4::timestamptz and $3::timestamptz < ends_at
	order by begins_at
	limit 1`;

const CHANGE = `
	update :schema.shared_codes
	set code = $3, begins_at = $4, ends_at = $5, expires_at = $6, expires_after = $7::interval, max_assignments = $8::int
	where pool_id = $1 and batch_id = $2`;

const GIVEN = 'select from :schema.assignments where pool_id = $1 and code = $2 limit 1';
