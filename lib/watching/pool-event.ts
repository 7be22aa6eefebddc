import type { Assignment } from '../assignments/assignment';
import type { PoolType } from '../pools/pool';
import type { StockReport } from '../stock/stock-report';

/** Which pools are watched: all that are not archived, those of a merchant (empty: without one), or these. */
export type WatchedPools = 'all' | { merchant: string } | { ids: readonly string[] };

/** What happens to a pool's stock. */
export type StockEventName =
	/** Fell to the low-stock threshold. */
	| 'low_stock'
	/** No code is left to give. */
	| 'out_of_stock'
	/** The pool's own date has passed, or what was left of its codes has expired. */
	| 'expired'
	/** Was low or out of stock, and no longer is. */
	| 'refilled';

/** What happens to a code; the names are the ledger's. */
export type LedgerEventName = 'assigned' | 'redeemed';

export type PoolEventName = StockEventName | LedgerEventName;

export const LEDGER_EVENTS: readonly LedgerEventName[] = ['assigned', 'redeemed'];

export const POOL_EVENTS: readonly PoolEventName[] = [
	'low_stock',
	'out_of_stock',
	'expired',
	'refilled',
	...LEDGER_EVENTS,
];

interface EventHead<Name extends PoolEventName> {
	readonly event: Name;
	/** Stays the same if the event is told again, for instance after a crash; unique within a watcher. */
	readonly eventId: string;
	readonly occurredAt: Date;
	readonly pool: {
		readonly id: string;
		readonly merchant: string;
		readonly name: string;
		readonly type: PoolType;
	};
	/** Made up, to build a workflow with. */
	readonly sample?: true;
}

/** A change of the stock, with the pool's figures of that moment. */
export type StockEvent = EventHead<StockEventName> & Omit<StockReport, 'pool'>;

/** A code was assigned or redeemed; the assignment as it is when it is told. */
export type LedgerEvent = EventHead<LedgerEventName> &
	Omit<Assignment, 'id' | 'poolId' | 'merchant' | 'pool'> & { readonly assignmentId: string };

export type PoolEvent = StockEvent | LedgerEvent;
