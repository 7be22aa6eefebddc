import type { Session } from '../database/database';
import { instantText } from '../database/instant-text';
import type { SeenStock } from './look-at-stock';
import type { PoolEventName, StockEvent } from './pool-event';
import { namesOf, type PoolState } from './pool-state';

/**
 * Stores the states that were seen and tells of the changes. Needs `lockWatcher`. Counts that are older than another
 * process's are ignored.
 *
 * @param names those to tell; a change without one of them is stored all the same
 */
export async function tellStock(
	session: Session,
	watcher: string,
	seen: readonly SeenStock[],
	names: ReadonlySet<PoolEventName>,
): Promise<StockEvent[]> {
	if (seen.length === 0) {
		return [];
	}
	const rows = await session.query<KeptState>(KEPT, [
		watcher,
		seen.map(({ report }) => report.pool.id),
	]);
	const kept = new Map(rows.map((row) => [row.pool_id, row]));
	const changes = seen.flatMap(({ state, report }) => {
		const before = kept.get(report.pool.id);
		if (
			before === undefined ||
			before.state === state ||
			(before.state_at !== null && before.state_at >= report.checkedAt)
		) {
			return [];
		}
		const name = namesOf(before.state, state).find((one) => names.has(one));
		return [{ state, report, name, told: before.told + (name === undefined ? 0 : 1) }];
	});
	if (changes.length > 0) {
		await session.query(KEEP, [
			watcher,
			changes.map(({ report }) => report.pool.id),
			changes.map(({ state }) => state),
			changes.map(({ report }) => instantText(report.checkedAt)),
			changes.map(({ told }) => told),
		]);
	}
	return changes.flatMap(({ name, report, told }) =>
		name === undefined
			? []
			: [
					{
						event: name,
						eventId: `${name}:${report.pool.id}:${told}`,
						occurredAt: report.checkedAt,
						...report,
						alert: true,
					},
				],
	);
}

interface KeptState {
	pool_id: string;
	state: PoolState | null;
	state_at: Date | null;
	told: number;
}

const KEPT = `
	select pool_id, state, state_at, told from :schema.watches
	where watcher = $1 and topic = 'stock' and pool_id = any ($2::bigint[])`;

const KEEP = `
	update :schema.watches
	set state = seen.state, state_at = seen.at, told = seen.told
	from unnest($2::bigint[], $3::text[], $4::timestamptz[], $5::int[]) as seen (pool_id, state, at, told)
	where watches.pool_id = seen.pool_id and watches.watcher = $1 and watches.topic = 'stock'`;
