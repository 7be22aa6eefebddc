import { readCode } from '../codes/check-code';
import type { Database, Session } from '../database/database';
import { readInstant } from '../dates/read-date';
import { type CouponPoolsError, invalidInput } from '../errors';
import { lowersFront } from '../stock/front';
import { tally } from '../stock/tally';
import { changingSharedCodes, readSharedCode } from './changing-shared-codes';
import type { SharedCode } from './list-shared-codes';
import type { SharedCodeSettings } from './pool';

/** A shared code and its time in the form that the database takes. */
export interface CheckedSharedCode {
	code: string;
	begins_at: Date | string;
	ends_at: Date | string;
	expires_at: Date | string;
	expires_after: string | null;
	max_assignments: number | null;
}

const MOST_ASSIGNMENTS = 10_000_000;

/** Checks each row on its own; those that overlap are found when they are added. */
export function checkSharedCodes(
	rows: readonly SharedCodeSettings[],
	timezone?: string,
): CheckedSharedCode[] {
	return rows.map((row, index) => checkSharedCode(row, `Code ${index + 1}`, timezone));
}

/**
 * @param where what the error calls the row
 * @throws CouponPoolsError `invalid_input`
 */
export function checkSharedCode(
	row: SharedCodeSettings,
	where: string,
	timezone = 'UTC',
): CheckedSharedCode {
	const instant = (
		value: Date | string | null | undefined,
		edge: 'begin' | 'end',
		field: string,
	) =>
		value === undefined || value === null || value === ''
			? edge === 'begin'
				? '-infinity'
				: 'infinity'
			: readInstant(value, { timezone, edge, field: `${where}: ${field}` });

	const checked = readCode(row.code);
	if ('reason' in checked) {
		throw invalidInput(
			`${where}: ${JSON.stringify(String(row.code).slice(0, 80))} ${checked.reason}`,
		);
	}
	if (row.expiresAt && row.expiresAfterDays) {
		throw invalidInput(
			`${where} has both an expiry date and days after assignment`,
			'Choose one of them.',
		);
	}
	const days = orNone(row.expiresAfterDays);
	if (days !== null && !(days > 0 && days <= 36_500)) {
		throw invalidInput(
			`${where}: ${days} days after assignment is not a number over 0 and up to 36,500`,
		);
	}
	const most = orNone(row.maxAssignments);
	if (most !== null && !(Number.isInteger(most) && most > 0 && most <= MOST_ASSIGNMENTS)) {
		throw invalidInput(
			`${where}: at most ${most} assignments is not a whole number from 1 to ${MOST_ASSIGNMENTS.toLocaleString('en')}`,
		);
	}
	const result: CheckedSharedCode = {
		code: checked.code,
		begins_at: instant(row.beginsAt, 'begin', 'begin of distribution'),
		ends_at: instant(row.endsAt, 'end', 'end of distribution'),
		expires_at: instant(row.expiresAt, 'end', 'expiry'),
		expires_after: days === null ? null : `${days * 86_400} seconds`,
		max_assignments: most,
	};
	if (
		result.begins_at instanceof Date &&
		result.ends_at instanceof Date &&
		result.begins_at >= result.ends_at
	) {
		throw invalidInput(`${where} ends before it begins`);
	}
	if (
		result.begins_at instanceof Date &&
		result.expires_at instanceof Date &&
		result.begins_at >= result.expires_at
	) {
		throw invalidInput(`${where} expires before it begins`);
	}
	return result;
}

/** 0 means none as well; what is not a number stays as it is, and is refused later. */
function orNone(number: number | null | undefined): number | null {
	return number === 0 ? null : (number ?? null);
}

/**
 * Adds a code to a shared pool. The very same one sent again is left as it is.
 *
 * @throws CouponPoolsError `pool_not_found`; `wrong_pool_type`; `invalid_input`, also where its time overlaps another's
 */
export async function addSharedCode(
	database: Database,
	poolId: string,
	settings: SharedCodeSettings,
	options: { timezone?: string } = {},
): Promise<SharedCode> {
	const row = checkSharedCode(settings, 'The code', options.timezone);
	return await changingSharedCodes(database, poolId, async (session) => {
		const [id] = await addSharedCodes(session, poolId, [row]);
		return await readSharedCode(session, poolId, id);
	});
}

/**
 * Adds the codes of a shared pool, each as a batch of its own; one with a limit puts as many copies into the
 * stock as it can be assigned. The very same row sent again is left as it is, so that a repeated run is harmless.
 *
 * @param session in a transaction that holds the pool's row
 * @returns the id of each
 * @throws CouponPoolsError `invalid_input` if two codes would be given at the same time
 */
export async function addSharedCodes(
	session: Session,
	poolId: string,
	rows: readonly CheckedSharedCode[],
): Promise<string[]> {
	const ids: string[] = [];
	for (const [index, row] of rows.entries()) {
		const values = [
			poolId,
			row.code,
			row.begins_at,
			row.ends_at,
			row.expires_at,
			row.expires_after,
			row.max_assignments,
		];
		const [standing] = await session.query<{ id: string; code: string; same: boolean }>(
			`select batch_id as id, code,
				(code, begins_at, ends_at, expires_at) = ($2, $3::timestamptz, $4::timestamptz, $5::timestamptz)
					and expires_after is not distinct from $6::interval and max_assignments is not distinct from $7::int as same
			from :schema.shared_codes
			where pool_id = $1 and begins_at < $4::timestamptz and $3::timestamptz < ends_at
			order by begins_at limit 1`,
			values,
		);
		if (standing?.same) {
			ids.push(standing.id);
			continue;
		}
		if (standing !== undefined) {
			throw overlap(`Code ${index + 1} (${row.code})`, standing.code);
		}
		const [added] = await session.query<{ id: string }>(
			`with batch as (
				insert into :schema.batches (pool_id, file_name, received, added)
				values ($1, 'shared code', 1, coalesce($7::int, 0)) returning id
			), copies as (
				insert into :schema.codes (pool_id, code, copy, expires_at, batch_id, line)
				select $1, $2, given_before.most + turn, least($4::timestamptz, $5::timestamptz), batch.id, turn
				from batch, generate_series(1, $7::int) as turn,
					(select coalesce(max(copy), 0) as most from :schema.codes where pool_id = $1 and code = $2) as given_before
				returning batch_id, expires_at
			), tallied as (
				${tally('copies', { available: 'count(*)' })}
			), front as (
				insert into :schema.fronts (pool_id, expires_at, batch_id, line)
				select $1, least($4::timestamptz, $5::timestamptz), id, 0 from batch
				${lowersFront}
			)
			insert into :schema.shared_codes
				(pool_id, batch_id, code, begins_at, ends_at, expires_at, expires_after, max_assignments)
			select $1, id, $2, $3, $4, $5, $6::interval, $7::int from batch
			returning batch_id as id`,
			values,
		);
		ids.push(added.id);
	}
	return ids;
}

/** If two codes were given at the same time, nobody could say which one a recipient gets. */
export function overlap(one: string, other: string): CouponPoolsError {
	return invalidInput(
		`${one} would be given at the same time as ${other}`,
		'Let one end before the other begins. To change a code that is there: Manage Coupons → Shared Code → Update.',
	);
}
