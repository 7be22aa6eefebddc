import type { Database } from '../../../lib/database/database';

/** What stands in the database of one pool: how many codes came in, where they are, who holds them. */
export interface Ledger {
	added: number;
	available: number;
	reserved: number;
	assigned: number;
	removed: number;
	expiredUnassigned: number;
	/** Recipients with more than one code that was not released. */
	withTwoCodes: string[];
	/** Codes with more than one holder. */
	withTwoHolders: string[];
	/** Codes whose state and assignments disagree. */
	inconsistent: string[];
	/** Who holds which code. */
	holders: Map<string, string>;
}

/** Read with SQL of its own, so that it does not believe what the library says of itself. */
export async function readLedger(database: Database, pool: string): Promise<Ledger> {
	const [{ id }] = await database.query<{ id: string }>(
		'select id from :schema.pools where name = $1',
		[pool],
	);
	const [{ added }] = await database.query<{ added: number }>(
		'select coalesce(sum(added), 0)::int as added from :schema.batches where pool_id = $1',
		[id],
	);
	const [counts] = await database.query<
		Pick<Ledger, 'available' | 'reserved' | 'assigned' | 'removed' | 'expiredUnassigned'>
	>(
		`select count(*) filter (where state = 'available' and expires_at > now())::int as available,
			count(*) filter (where state = 'available' and expires_at <= now())::int as "expiredUnassigned",
			count(*) filter (where state = 'reserved')::int as reserved,
			count(*) filter (where state = 'assigned')::int as assigned,
			count(*) filter (where state = 'removed')::int as removed
		from :schema.codes where pool_id = $1`,
		[id],
	);
	const held = await database.query<{ recipient: string; code: string }>(
		`select recipient, code from :schema.assignments
		where pool_id = $1 and released_at is null order by id`,
		[id],
	);
	const inconsistent = await database.query<{ code: string }>(
		`select code from :schema.codes left join (
			select pool_id, code, copy, count(*) as holders from :schema.assignments
			where released_at is null group by pool_id, code, copy
		) held using (pool_id, code, copy)
		where pool_id = $1 and coalesce(holders, 0) <> case when state = 'assigned' then 1 else 0 end`,
		[id],
	);
	return {
		added,
		...counts,
		withTwoCodes: repeated(held.map(({ recipient }) => recipient)),
		withTwoHolders: repeated(held.map(({ code }) => code)),
		inconsistent: inconsistent.map(({ code }) => code),
		holders: new Map(held.map(({ recipient, code }) => [recipient, code])),
	};
}

function repeated(values: readonly string[]): string[] {
	const seen = new Set<string>();
	return values.filter((value) => seen.size === seen.add(value).size);
}
