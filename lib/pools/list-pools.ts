import type { Session } from '../database/database';
import { checkLimit, pageOf, readPlace, type PageRequest, type Placed } from '../database/page';
import { condition, Where } from '../database/where';
import { checkChoice } from '../texts/check-choice';
import { poolColumns, readPool, type PoolRow } from './columns';
import type { Pool } from './pool';

export interface ListPoolsFilter extends PageRequest {
	/** Part of the name or the merchant, in upper or lower case. */
	search?: string;
	/** Exactly this merchant; empty for pools without one. */
	merchant?: string;
	/** `open`: gives codes, if it has any. Default: every pool but the archived ones. */
	status?: PoolStatusFilter;
}

export type PoolStatusFilter =
	| 'any'
	| 'open'
	| 'inactive'
	| 'not_started'
	| 'expired'
	| 'archived'
	| 'with_archived';

const STATUS: Readonly<Record<PoolStatusFilter, string>> = {
	any: 'archived_at is null',
	open: 'active and begins_at <= now() and expires_at > now()',
	inactive: 'archived_at is null and not active',
	not_started: 'archived_at is null and begins_at > now()',
	expired: 'archived_at is null and expires_at <= now()',
	archived: 'archived_at is not null',
	with_archived: 'true',
};

const STATUSES = Object.keys(STATUS) as PoolStatusFilter[];

/**
 * A page of pools by merchant and name; `next` is null on the last one.
 *
 * @throws CouponPoolsError `invalid_input`
 */
export async function listPools(
	session: Session,
	filter: ListPoolsFilter = {},
): Promise<{ pools: Pool[]; next: string | null }> {
	const { status = 'any' } = filter;
	const limit = checkLimit(filter.limit);
	const place = readPlace(filter.after, ['text', 'text']);
	const search = plain(filter.search);
	checkChoice(status, 'Status', STATUSES);

	const where = new Where();
	if (search !== '') {
		where.and(
			condition`(position(lower(${search}) in lower(name)) > 0 or position(lower(${search}) in lower(merchant)) > 0)`,
		);
	}
	if (filter.merchant !== undefined) {
		where.and(condition`merchant = ${plain(filter.merchant)}`);
	}
	if (place !== undefined) {
		where.and(condition`(merchant, name) > (${place[0]}, ${place[1]})`);
	}
	const rows = await session.query<Placed<PoolRow>>(
		`select ${poolColumns}, array[merchant, name] as place from :schema.pools
		where ${where.text} and ${STATUS[status]}
		order by merchant, name
		limit ${where.value(limit + 1)}`,
		where.values,
	);
	const page = pageOf<PoolRow>(rows, limit);
	return { pools: page.rows.map(readPool), next: page.next };
}

/** The text to look for, whatever an expression turned out to be. */
function plain(entered: unknown): string {
	return String(entered ?? '')
		.replaceAll('\0', '')
		.trim();
}
