import type { Database } from '../database/database';
import { beginNow, enrol, lockWatcher, noteLook, type Topic } from './enrol';
import { expectWatched, findWatched } from './find-watched';
import { lookAtStock, StockMemory } from './look-at-stock';
import {
	LEDGER_EVENTS,
	type LedgerEventName,
	type PoolEvent,
	type PoolEventName,
	type WatchedPools,
} from './pool-event';
import { raiseMarks } from './raise-marks';
import { LedgerPlace, tellLedger } from './tell-ledger';
import { tellStock } from './tell-stock';

/** What a watcher watches, checked. */
export interface WatchPlan {
	readonly watcher: string;
	readonly pools: WatchedPools;
	readonly events: ReadonlySet<PoolEventName>;
	readonly timezone: string;
}

/** What one process remembers between its looks. */
export class WatchMemory {
	readonly stock = new StockMemory();

	readonly ledger = new LedgerPlace();
}

/**
 * Makes the watcher known, so that from here on nothing is missed.
 *
 * @param since `now`: what it was not yet told of the ledger is forgotten
 * @throws CouponPoolsError `pool_not_found`
 */
export async function begin(
	database: Database,
	plan: WatchPlan,
	since: 'lastLook' | 'now',
): Promise<void> {
	await expectWatched(database, plan.pools);
	await database.transaction(async (session) => {
		const last = await lockWatcher(session, plan.watcher, { wait: true });
		const poolIds = await findWatched(session, plan.pools);
		await enrol(session, plan.watcher, poolIds, topicsOf(plan), last?.lookedAt ?? null);
		if (since === 'now') {
			await beginNow(session, plan.watcher);
		}
		await noteLook(session, plan.watcher);
	});
}

/**
 * Looks once for what the watcher was not yet told, and tells it.
 *
 * What is told is recorded first, told, and then committed, in one short transaction that holds the watcher's row: of
 * several processes, one tells. So an event is told at least once, and more than once only if the process or its
 * connection dies in the moment between telling and commit: better an alert twice than never. `eventId` is then the
 * same.
 *
 * @param tell must not wait; if it throws, nothing counts as told
 * @returns `more`: there is more to tell at once; `restMs`: look again after this time
 */
export async function look(
	database: Database,
	plan: WatchPlan,
	memory: WatchMemory,
	tell: (events: PoolEvent[]) => void,
): Promise<{ more: boolean; restMs: number | null }> {
	const topics = topicsOf(plan);
	const ledgerTopics = topics.filter(isLedgerEvent);
	const poolIds = await findWatched(database, plan.pools);
	const stock = topics.includes('stock')
		? await lookAtStock(database, poolIds, memory.stock, plan.timezone)
		: undefined;
	const told = await database.transaction(async (session) => {
		const last = await lockWatcher(session, plan.watcher, { wait: false });
		if (last === undefined) {
			return undefined;
		}
		// Done again, since looking at the stock may have taken a while: a pool that was restored meanwhile would lose its
		// place.
		const watched = await findWatched(session, plan.pools);
		await enrol(session, plan.watcher, watched, topics, last.lookedAt);
		const changes = await tellStock(session, plan.watcher, stock?.seen ?? [], plan.events);
		const ledger = await tellLedger(
			session,
			plan.watcher,
			watched,
			ledgerTopics,
			memory.ledger.behind,
		);
		if (ledgerTopics.length > 0) {
			await raiseMarks(session, plan.watcher);
		}
		await noteLook(session, plan.watcher);
		const events = [...ledger.events, ...changes];
		if (events.length > 0) {
			tell(events);
		}
		return ledger;
	});
	const restMs = stock?.restMs ?? null;
	if (told === undefined) {
		memory.ledger.beginAnew();
		return { more: false, restMs };
	}
	stock?.remember();
	return { more: memory.ledger.moveOn(told), restMs };
}

function topicsOf({ events }: WatchPlan): Topic[] {
	const ledger = LEDGER_EVENTS.filter((name) => events.has(name));
	return ledger.length < events.size ? ['stock', ...ledger] : ledger;
}

function isLedgerEvent(topic: Topic): topic is LedgerEventName {
	return topic !== 'stock';
}
