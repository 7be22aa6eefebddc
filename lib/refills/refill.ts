import type { Dynamic } from '../pools/dynamic-settings';
import type { Pool } from '../pools/pool';
import type { CodeOutcome, Provider } from '../providers/provider';

/** Codes that are on their way to the shop: reserved here, and not yet known to be there. */
export interface Refill {
	readonly poolId: string;
	readonly id: string;
	/** The rule that its codes are made for, which the pool can no longer change; that of the plan may be older. */
	readonly ruleId: string;
	/** In the order in which they are to be given. */
	readonly codes: readonly string[];
	/** The shop's job, where it is known. */
	readonly jobId: string | null;
	/** How often its codes were pushed. */
	readonly pushes: number;
	/** Whether nothing was pushed yet; otherwise another process has left it behind. */
	readonly isNew: boolean;
	/** Who works on it: this call, by a name of its own. */
	readonly worker: string;
}

/** What a refill is for. */
export interface RefillPlan {
	readonly pool: Pool;
	readonly dynamic: Dynamic;
	readonly provider: Provider;
	/** The number of available codes to reach. */
	readonly target: number;
	/** How many are enough for those who wait on the spot; the rest of the target only comes along. */
	readonly needed: number;
	/** `ahead`: for later. `byItself`: the same, and nobody has asked for it. `onTheSpot`: recipients are waiting. */
	readonly purpose: 'ahead' | 'byItself' | 'onTheSpot';
	/** Seconds for which others leave a refill alone if its process makes no progress. */
	readonly leaseSeconds: number;
	readonly deadline: number;
	readonly signal?: AbortSignal;
}

/** A push that is finished. */
export interface Turn {
	readonly outcomes: readonly CodeOutcome[];
	/** Whether it was begun in this turn; otherwise another process had left it behind. */
	readonly isNew: boolean;
}

/** What a refill brought. Counts are codes. */
export interface RefillReport {
	/** Made in the shop, confirmed by it, and now available. */
	readonly added: number;
	/** Codes that the shop had already; others were made in their place. */
	readonly taken: number;
	/** Codes that it did not accept… */
	readonly refused: number;
	/** …and the first 20 of them, with its reasons. */
	readonly refusedCodes: ReadonlyArray<{ readonly code: string; readonly reason: string }>;
	/** How the shop deviated from what it was asked, each sentence once. */
	readonly notices: readonly string[];
	/** What can be given now. */
	readonly available: number;
	/** On their way, and settled by the next refill. */
	readonly pending: number;
}

/** Another process has gone on with a refill whose process seemed dead. */
export class TurnLost extends Error {}
