import type { Session } from '../database/database';
import { changesSinceSums } from './use-changes';

/** The proof that a pool's sums add up, each counted in two ways. */
export interface Proof {
	/** Whether all of them do. */
	readonly holds: boolean;
	readonly sums: ReadonlyArray<{
		/** What is counted. */
		readonly what: string;
		/** From the batches, the stock or the assignments… */
		readonly counted: number;
		/** …and from the stock or the ledger. */
		readonly expected: number;
		readonly holds: boolean;
	}>;
}

/**
 * Counts what came in, what stands and what happened, in one statement and so at one moment: what is under way is in
 * all of the counts or in none. Reads every code, assignment and event of the pool: 2.8 s for 1,000,000 codes of which
 * 500,000 were assigned.
 */
export async function proveSums(session: Session, poolId: string): Promise<Proof> {
	const [row] = await session.query<Counts>(COUNT, [poolId]);
	const sums = [
		{
			what: 'Codes added by batches = available + reserved + assigned + removed + expired unassigned',
			counted: row.added,
			expected: row.stock,
		},
		{
			what: 'Codes in the stock = the sums that are kept of them',
			counted: row.stock,
			expected: row.kept,
		},
		{
			what: 'Codes assigned or reserved = assignments that hold one',
			counted: row.assigned_codes,
			expected: row.holding,
		},
		{
			what: 'Assignments ever made = assigned, reserved or imported in the ledger',
			counted: row.assignments,
			expected: row.assigned_events,
		},
		{
			what: 'Assignments taken back = released, or their hold ended, in the ledger',
			counted: row.released,
			expected: row.released_events,
		},
		{
			what: 'Assignments redeemed = redeemed, here or before the import, in the ledger',
			counted: row.redeemed,
			expected: row.redeemed_events,
		},
		{
			what: 'Codes removed = removed in the ledger',
			counted: row.removed,
			expected: row.removed_events,
		},
		{
			what: 'Assignments that stand = the sums that are kept for reports',
			counted: row.standing,
			expected: row.standing_kept,
		},
	].map((sum) => ({ ...sum, holds: sum.counted === sum.expected }));
	return { holds: sums.every(({ holds }) => holds), sums };
}

interface Counts {
	added: number;
	stock: number;
	kept: number;
	assigned_codes: number;
	removed: number;
	holding: number;
	standing: number;
	standing_kept: number;
	assignments: number;
	released: number;
	redeemed: number;
	assigned_events: number;
	released_events: number;
	redeemed_events: number;
	removed_events: number;
}

const COUNT = `
	select batches.*, tallies.*, stock.*, held.*, ledger.*, kept.*
	from (
		select coalesce(sum(added), 0)::float8 as added from :schema.batches where pool_id = $1
	) as batches
	cross join (
		select coalesce(sum(available + reserved + assigned + removed), 0)::float8 as kept
		from :schema.tallies where pool_id = $1
	) as tallies
	cross join (
		select count(*)::float8 as stock,
			count(*) filter (where state in ('assigned', 'reserved'))::float8 as assigned_codes,
			count(*) filter (where state = 'removed')::float8 as removed
		from :schema.codes where pool_id = $1
	) as stock
	cross join (
		select count(*)::float8 as assignments, count(released_at)::float8 as released, count(redeemed_at)::float8 as redeemed,
			count(*) filter (where released_at is null)::float8 as standing,
			count(*) filter (where released_at is null and copy is not null)::float8 as holding
		from :schema.assignments where pool_id = $1
	) as held
	cross join (
		select count(*) filter (where kind in ('assigned', 'reserved', 'imported'))::float8 as assigned_events,
			count(*) filter (where kind in ('released', 'hold_ended'))::float8 as released_events,
			count(*) filter (where kind in ('redeemed', 'redemption_imported'))::float8 as redeemed_events,
			count(*) filter (where kind = 'removed')::float8 as removed_events
		from :schema.events where pool_id = $1
	) as ledger
	cross join (
		select (
			coalesce((select assigned from :schema.report_sums where pool_id = $1), 0)
			+ coalesce((select sum(assigned) from (${changesSinceSums}) as fresh), 0)
		)::float8 as standing_kept
	) as kept`;
