import type { Session } from '../database/database';
import { invalidInput } from '../errors';
import { poolColumns, readPool, type PoolRow } from './columns';
import type { Pool } from './pool';

export interface ListPoolsFilter {
	/** Part of the name or of the merchant, upper or lower case. */
	search?: string;
	/** Where to go on: the `next` of the page before. */
	after?: string;
	/** Pools a page, 1 to 1,000. Default 100. */
	limit?: number;
}

/** A page of pools by merchant and name; `next` is null on the last one. */
export async function listPools(
	session: Session,
	filter: ListPoolsFilter = {},
): Promise<{ pools: Pool[]; next: string | null }> {
	const { search = '', after, limit = 100 } = filter;
	if (!(Number.isInteger(limit) && limit >= 1 && limit <= 1000)) {
		throw invalidInput(`The limit ${limit} is not a whole number from 1 to 1,000`);
	}
	const [merchant, name] = after === undefined ? [null, null] : readPlace(after);
	const rows = await session.query<PoolRow>(
		`select ${poolColumns} from :schema.pools
		where ($1 = '' or position(lower($1) in lower(name)) > 0 or position(lower($1) in lower(merchant)) > 0)
			and ($2::text is null or (merchant, name) > ($2, $3))
		order by merchant, name
		limit $4`,
		[search.replaceAll('\0', '').trim(), merchant, name, limit + 1],
	);
	const pools = rows.slice(0, limit).map(readPool);
	const last = pools.at(-1);
	return {
		pools,
		next: rows.length > limit && last ? JSON.stringify([last.merchant, last.name]) : null,
	};
}

function readPlace(after: string): [string, string] {
	try {
		const place: unknown = JSON.parse(after);
		if (
			Array.isArray(place) &&
			place.length === 2 &&
			place.every((part) => typeof part === 'string')
		) {
			return [place[0] as string, place[1] as string];
		}
	} catch {
		// Not JSON: the same as JSON of another form.
	}
	throw invalidInput(
		`The place ${JSON.stringify(after)} is not one that a list gave`,
		'Pass on `next` as it is.',
	);
}
