import type { Database } from './database/database';
import { forgetLateRequests } from './recipients/forget-late-requests';
import { sumUpUse } from './reports/sum-up-use';
import { foldAllTallies } from './stock/tidy';

/** Milliseconds. A report then reads only some minutes of the ledger, even if nobody asked for one in a month. */
const INTERVAL = 5 * 60_000;

/**
 * Tidies up pools in which something has happened, in the background: nobody waits for it, and what fails is left to
 * the next time.
 */
export class Upkeep {
	private readonly changed = new Set<string>();

	private timer: NodeJS.Timeout | undefined;

	private working: Promise<void> = Promise.resolve();

	constructor(
		private readonly database: Database,
		private readonly interval = INTERVAL,
	) {}

	/** Something happened in the pool; nothing is noted if it is empty, which stands for any pool. */
	note(poolId: string): void {
		if (poolId === '') return;
		this.changed.add(poolId);
		this.timer ??= setTimeout(() => {
			this.timer = undefined;
			this.working = this.working.then(async () => await this.keepUp());
		}, this.interval).unref();
	}

	/** Leaves off; what was begun is finished. */
	async close(): Promise<void> {
		clearTimeout(this.timer);
		this.changed.clear();
		await this.working;
	}

	private async keepUp(): Promise<void> {
		const pools = [...this.changed];
		this.changed.clear();
		for (const poolId of pools) {
			await forgetLateRequests(this.database, poolId).catch(() => undefined);
			await sumUpUse(this.database, poolId).catch(() => undefined);
			await foldAllTallies(this.database, poolId).catch(() => undefined);
		}
	}
}
