import type { Database, Session } from '../database/database';
import { isOutsideCutoff, isPresent } from '../pools/present-shared-code';
import { askedPools } from '../pools/asked-pools';
import { checkThreshold } from '../stock/check-threshold';
import type { StockReport } from '../stock/stock-report';
import { stateOf, type Emptiness, type PoolState } from './pool-state';

/** A pool as it stood at `report.checkedAt`. */
export interface SeenStock {
	readonly state: PoolState;
	readonly report: StockReport;
}

/** What one process remembers of the stock between its looks. */
export class StockMemory {
	/** By pool: the signature of what was counted last, and when. */
	readonly counted = new Map<string, { signature: string; at: number }>();

	/** Until when nothing is counted. As `at`, by a clock that nobody sets: once set back, it would rest for hours. */
	restsUntil = 0;
}

/** How often a pool that shows no change is counted all the same: days of supply pass without one. */
const COUNTED_ANEW_AFTER_MS = 5 * 60_000;

/**
 * Counting a pool of a million codes takes some hundred milliseconds. A look counts only pools in which something has
 * changed, and then rests for this many times as long as the counting took: at most 5% of one connection.
 */
const REST_FOR_EACH_MS = 19;

/**
 * How those pools stand that may have changed since the last look. Runs outside any transaction, since it takes long.
 *
 * @returns `restMs`: not everything was counted; look again after this time. `remember` is to be called once what was
 *   seen is dealt with; otherwise the next look sees it again.
 */
export async function lookAtStock(
	database: Database,
	poolIds: readonly string[],
	memory: StockMemory,
	timezone: string,
): Promise<{ seen: SeenStock[]; restMs: number | null; remember: () => void }> {
	const signatures = await database.query<{ id: string; signature: string }>(SIGNATURES, [poolIds]);
	const began = performance.now();
	const changed = signatures.filter(({ id, signature }) => {
		const last = memory.counted.get(id);
		return last?.signature !== signature || began - last.at > COUNTED_ANEW_AFTER_MS;
	});
	if (changed.length === 0) {
		return { seen: [], restMs: null, remember: () => undefined };
	}
	if (began < memory.restsUntil) {
		return { seen: [], restMs: memory.restsUntil - began, remember: () => undefined };
	}
	const seen = await count(
		database,
		changed.map(({ id }) => id),
		timezone,
	);
	const ended = performance.now();
	memory.restsUntil = ended + (ended - began) * REST_FOR_EACH_MS;
	return {
		seen,
		restMs: null,
		remember: () => {
			for (const { id, signature } of changed) {
				memory.counted.set(id, { signature, at: began });
			}
		},
	};
}

async function count(
	database: Database,
	poolIds: readonly string[],
	timezone: string,
): Promise<SeenStock[]> {
	const reports = await checkThreshold(database, poolIds, { alert: 'never', timezone });
	const withoutCodes = reports.filter(({ available }) => available === 0);
	const emptiness = await lookAtEmptiness(
		database,
		withoutCodes.map(({ pool }) => pool.id),
	);
	return reports.flatMap((report) => {
		const state = stateOf(report, emptiness.get(report.pool.id));
		return state === null ? [] : [{ state, report }];
	});
}

async function lookAtEmptiness(
	session: Session,
	poolIds: readonly string[],
): Promise<Map<string, Emptiness>> {
	if (poolIds.length === 0) {
		return new Map();
	}
	const rows = await session.query<Emptiness & { id: string }>(EMPTINESS, [poolIds]);
	return new Map(rows.map(({ id, ...emptiness }) => [id, emptiness]));
}

/**
 * What changes whenever the stock may have changed: events and batches, settings, and, as time goes by, whether
 * the pool is open and when the next codes expire. Each is one entry of an index.
 */
const SIGNATURES = `
	select pool.pool_id as id, concat_ws(' ', updated_at, begins_at <= now(), pool.expires_at <= now(),
		(select max(id) from :schema.events where pool_id = pool.pool_id),
		(select concat_ws('+', id, added) from :schema.batches where pool_id = pool.pool_id order by id desc limit 1),
		(
			select min(codes.expires_at) from :schema.codes
			where pool_id = pool.pool_id and state = 'available' and codes.expires_at > now() + pool.expiration_cutoff
		),
		(
			select max(batch_id) from :schema.shared_codes
			where pool_id = pool.pool_id and ${isPresent} and ${isOutsideCutoff}
		)
	) as signature
	from ${askedPools('$1')} as pool`;

/**
 * About pools that have nothing to give. The last codes of a unique pool have expired, rather than been given, if their
 * expiry came after the last assignment.
 */
const EMPTINESS = `
	select pool.pool_id as id,
		case
			when type <> 'shared' then exists (select from :schema.batches where pool_id = pool.pool_id)
			else exists (select from :schema.shared_codes where pool_id = pool.pool_id)
		end as "everFilled",
		case
			when type <> 'shared' then coalesce((
				select least(max(codes.expires_at), pool.expires_at) from :schema.codes
				where pool_id = pool.pool_id and state = 'available'
				having max(codes.expires_at) is not null and least(max(codes.expires_at), pool.expires_at) <= now()
			) >= coalesce((select max(assigned_at) from :schema.assignments where pool_id = pool.pool_id), '-infinity'), false)
			else not exists (
				select from :schema.shared_codes
				where pool_id = pool.pool_id and ends_at > now() and shared_codes.expires_at > now()
			)
		end as "codesExpired"
	from ${askedPools('$1')} as pool`;
